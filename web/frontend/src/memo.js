// Conditions see the same few values again and again, and parsing FEEL is what a check spends its time on. An answer is kept by the
// expression and the values of the names in it; expressions that ask the clock, and answers that are not plain, are never kept.
const LIMIT = 4000;
const LONGEST = 400;
const CLOCK = /\b(now|today|random)\b/;
const answers = new Map();
const names = new Map();

function namesOf(language, expression, type) {
  const key = type + expression;
  if (!names.has(key)) {
    if (names.size > LIMIT) names.clear();
    let found = null;
    try {
      if (!CLOCK.test(expression)) found = language.getVariableNames(expression, { type });
    } catch {
      // an expression that cannot be read is left to the evaluation, which reports it
    }
    names.set(key, found);
  }
  return names.get(key);
}

export function remember(language) {
  for (const [method, type] of [['evaluate', 'expression'], ['evaluateUnaryTest', 'unaryTest']]) {
    const evaluate = language[method].bind(language);
    language[method] = (expression, data = {}) => {
      if (!language.isExpression(expression)) return null;
      const used = namesOf(language, expression, type);
      const key = used && type + expression + JSON.stringify(used.map((name) => data[name]));
      if (!key || key.length > LONGEST) return evaluate(expression, data);
      if (answers.has(key)) return answers.get(key);
      const answer = evaluate(expression, data);
      if (answer === null || ['boolean', 'number', 'string'].includes(typeof answer)) {
        if (answers.size > LIMIT) answers.clear();
        answers.set(key, answer);
      }
      return answer;
    };
  }
}
