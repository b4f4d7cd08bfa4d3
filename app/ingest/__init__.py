"""From files to the library: sources, formats, checks, importer."""
