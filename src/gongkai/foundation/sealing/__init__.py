"""Numbers of persons, kept so that whoever reads the database alone cannot read them.

``seal`` and ``unseal`` for what is shown to those who may; ``digest`` for finding the same number again without reading it.
"""

from gongkai.foundation.sealing.vault import SealBroken, digest, digests, drop_old_keys, new_key, seal, unseal

__all__ = ["SealBroken", "digest", "digests", "drop_old_keys", "new_key", "seal", "unseal"]
