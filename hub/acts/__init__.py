"""What people do at the dock and at the door, also without a network: each act is taken once, however often sent."""
