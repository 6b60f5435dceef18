"""What was announced and has not come: listed, asked for, given up, and told before somebody misses it."""
