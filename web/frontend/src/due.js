// Remaining time in words. The server's text stays as the title; colour and symbol come from data-state.
import { english, say } from './i18n.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function amount(ms) {
  const [days, hours, minutes] = [Math.floor(ms / DAY), Math.floor((ms % DAY) / HOUR), Math.floor((ms % HOUR) / MINUTE)];
  const parts = english ? [`${days} d`, `${hours} h`, `${minutes} min`] : [`${days} 天`, `${hours} 小时`, `${minutes} 分钟`];
  if (days) return hours && days < 10 ? `${parts[0]} ${parts[1]}` : parts[0];
  if (hours) return minutes && hours < 10 ? `${parts[1]} ${parts[2]}` : parts[1];
  return parts[2];
}

export function inWords(ms) {
  if (ms >= 0 && ms < MINUTE) return say('不到 1 分钟', 'under 1 min');
  if (ms < 0 && ms > -MINUTE) return say('刚刚超期', 'just overdue');
  return ms < 0 ? say(`已超期 ${amount(-ms)}`, `${amount(-ms)} overdue`) : say(`还剩 ${amount(ms)}`, `${amount(ms)} left`);
}

function tell(time) {
  const due = Date.parse(time.dateTime);
  if (Number.isNaN(due)) return;
  time.title ||= time.textContent.trim();
  const left = due - Date.now();
  const words = inWords(left);
  if (time.textContent !== words) time.textContent = words;
  time.dataset.state = left < 0 ? 'over' : left < Number(time.dataset.soonHours ?? 24) * HOUR ? 'soon' : 'ok';
}

export function startDueTimes() {
  const tellAll = () => document.querySelectorAll('time[data-due]').forEach(tell);
  tellAll();
  setInterval(tellAll, MINUTE / 2);
  document.addEventListener('visibilitychange', tellAll);
  document.body.addEventListener('htmx:afterSettle', tellAll);
}
