"""What is the same wherever people read: how wide it may be, what is in colour, and how a finding looks.

- `screen`: how wide a stream is, and whether it takes colours.
- `colours`: what is in colour or bold.
- `severities`: how grave something is: the words, their order and colours, and how many there are of each.
- `findings`: problems, notices and consequences in lines.
- `counting`: numbers of things, and names of which only some are said.
- `wrapping`: lines that are too wide for a screen.
- `records`: things with the same few facts each, as a table or as blocks.
- `markdown`: text and tables of Markdown.
"""
