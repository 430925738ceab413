"""What is the same for all levels: find the work, judge it, check it, publish it once, write down that it was done."""
