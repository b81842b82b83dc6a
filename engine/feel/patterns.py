"""placeholder"""
class PatternError(ValueError):
    pass
class Pattern:
    pass
def compile_pattern(pattern, flags): raise PatternError("later")
