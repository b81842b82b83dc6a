// Requests of our own scripts: same origin, with the page's CSRF token.
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? '';

export function send(method, url, body, { headers = {}, keepalive = false } = {}) {
  return fetch(url, {
    method,
    keepalive,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      'X-CSRFToken': csrfToken(),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

// The JSON of an answer, or {} when it has none (a proxy's error page, 204).
export async function answerOf(response) {
  try {
    const answer = await response.json();
    return answer !== null && typeof answer === 'object' ? answer : {};
  } catch {
    return {};
  }
}

export function readJson(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}
