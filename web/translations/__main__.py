import sys

from web import translations

if sys.argv[1:] == ["update"]:
    translations.update()
else:
    translations.compile()
