// words.inl - the reserved words of expressions, the one list:
// WORD(text, token, operation, fewest operands, most operands). MANY: folded from left to right.

WORD("if", FUNCTION, SELECT, 3, 3)
WORD("min", FUNCTION, MIN, 2, MANY)
WORD("max", FUNCTION, MAX, 2, MANY)
WORD("exp", FUNCTION, EXP, 1, 1)
WORD("log", FUNCTION, LOG, 1, 1)
WORD("sqrt", FUNCTION, SQRT, 1, 1)
WORD("pow", FUNCTION, POW, 2, 2)
WORD("abs", FUNCTION, ABS, 1, 1)
WORD("sin", FUNCTION, SIN, 1, 1)
WORD("cos", FUNCTION, COS, 1, 1)
WORD("pi", NUMBER, NUMBER, 0, 0)
WORD("and", AND, AND, 0, 0)
WORD("or", OR, OR, 0, 0)
WORD("not", NOT, NOT, 0, 0)
