"""A second checker of certificates: standard library only, and nothing of ours outside this folder.

It is slower and simpler than the kernel, and shares no code and no method of decision with it.  It may be trusted for
what it says it covers: a statement that it accepts follows from the context and the lemmas in the document.  What it
does not cover it says.  docs/certificates.md is all that it has in common with the rest.
"""
