// What a submitted value may look like, by type of field. form-js quietly empties a value of a wrong type, which is right for a
// page and wrong for a server: there a person should be told.
const NUMBER = /^[+-]?\d{1,30}(\.\d{1,30})?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/;

const isDate = (text) => {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const WRONG = 'Value has the wrong type.';

function numberError(field, value) {
  if (typeof value === 'string') {
    if (!NUMBER.test(value)) return 'Value is not a number.';
    if (field.serializeToString) return null;
  } else if (typeof value !== 'number') return WRONG;
  const number = Number(value);
  const exact = Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER && (number === 0 || Math.abs(number) >= 1e-12);
  return exact ? null : 'Number has too many digits.';
}

function momentError(field, value) {
  if (typeof value !== 'string') return WRONG;
  if (field.subtype === 'time') return TIME.test(value) ? null : 'Value is not a valid time.';
  if (field.subtype !== 'datetime') return isDate(value) ? null : 'Value is not a valid date.';
  const [date, time, ...rest] = value.split('T');
  return !rest.length && isDate(date) && TIME.test(time ?? '') ? null : 'Value is not a valid date and time.';
}

const text = (field, value) => (typeof value === 'string' ? null : WRONG);
const list = (field, value) => (Array.isArray(value) && value.every((one) => typeof one !== 'object') ? null : WRONG);

const CHECKS = {
  textfield: text,
  textarea: text,
  number: numberError,
  datetime: momentError,
  checkbox: (field, value) => (typeof value === 'boolean' ? null : WRONG),
  checklist: list,
  taglist: list,
};

// An error's English template, or null. An absent or empty value is never of a wrong type: whether it may be empty is the validator's.
export function typeError(field, value) {
  if (value === undefined || value === null || (value === '' && field.type !== 'checkbox')) return null;
  return CHECKS[field.type]?.(field, value) ?? null;
}
