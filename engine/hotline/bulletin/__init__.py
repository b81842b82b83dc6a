"""The performance bulletin 考核通报: figures of a year or a month, frozen, checked by the units, in versions."""
