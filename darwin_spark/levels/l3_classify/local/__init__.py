"""The annotator `local`: a small linear model of our own, numpy alone, no GPU and no network."""
