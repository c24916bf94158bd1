"""What is the same wherever people read: how wide it may be, what is in colour, and how a finding looks.

- `screen`: how wide a stream is, and whether it takes colours.
- `findings`: problems and notices in lines, and their count.
- `wrapping`: lines that are too wide for a screen.
- `records`: things with the same few facts each, as a table or as blocks.
"""
