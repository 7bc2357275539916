"""Append-only, hash-chained history of every act.

One chain per stream ("document:12", "organs"). Rows can be added, never changed or deleted: triggers refuse it on both
databases, the chain shows it if somebody goes behind the triggers, and the signed daily heads show a cut tail or a
history written anew. A tail that is not signed yet rests on the triggers alone: publish the head of each day where
others keep it.
Bodies hold no personal data.
"""
