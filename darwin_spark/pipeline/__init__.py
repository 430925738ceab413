"""The code that all levels share: find changed documents, process them, check and publish the rows once, record the run."""
