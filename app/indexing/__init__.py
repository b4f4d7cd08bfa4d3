"""From the library to the index: how a row becomes an index document, and how an index keeps up."""
