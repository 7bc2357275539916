"""Where one wing's things are handed to another by the protocol the other declares: wings never import one another."""
