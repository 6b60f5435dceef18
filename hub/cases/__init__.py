"""What was wrong with goods becomes a case with an owner, a day and an end; what came is told to who sent it."""
