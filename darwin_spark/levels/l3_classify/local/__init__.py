"""The annotator `local`: our small linear model; it needs only numpy, no GPU and no network."""
