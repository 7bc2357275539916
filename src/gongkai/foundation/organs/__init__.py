"""机关: the tree of organs, who leads them, and which organ answers for one that is gone."""
