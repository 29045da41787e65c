"""Tables of customers and moulds: read from files, compared with the registers, taken in row by row."""
