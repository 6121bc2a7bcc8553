"""Reads what an engine's own command line parsers accept and writes it down as data.

The package unpacks an engine's wheels, imports the modules that build its
``argparse`` parsers with every third-party library replaced by a stub, stops at
the moment the engine would parse, and records the parser. Nothing of the engine
beyond its parsers runs; no GPU, no torch, no network beyond fetching wheels.

``wheels``    finds, fetches and unpacks wheels
``stubs``     the meta-path finder that replaces third-party libraries
``machine``   the one machine that every import pretends to run on
``capture``   runs an entry point up to its parser
``programs``  which entry points there are
``record``    parser to data
``variables`` environment variables that the source reads
``emit``      data to YAML text
``oracle``    answers "does the engine accept this argv?" for differential tests
``resolve``   runs the server's own checks behind its parser, for the same tests
``cli``       the command line
"""
