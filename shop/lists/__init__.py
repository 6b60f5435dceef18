"""What one buys again: favourites, lists, templates, recurring orders, pasted lines, and articles side by side."""
