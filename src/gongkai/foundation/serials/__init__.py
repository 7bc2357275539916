"""Numbers given out one after the other in named series, without gaps and never twice."""
