// What form-js touches while it loads, for an engine without a browser. Nothing is ever rendered.
const nothing = () => undefined;
const element = () => ({ style: {}, setAttribute: nothing, appendChild: nothing, querySelector: nothing, classList: { add: nothing } });

globalThis.window ??= globalThis;
globalThis.self ??= globalThis;
globalThis.navigator ??= { userAgent: '', platform: '' };
globalThis.document ??= {
  createElement: element,
  createTextNode: element,
  documentElement: element(),
  body: element(),
  addEventListener: nothing,
  querySelector: nothing,
};
globalThis.console ??= { log: nothing, warn: nothing, error: nothing };
globalThis.setTimeout ??= nothing;
globalThis.clearTimeout ??= nothing;
for (const name of ['KeyboardEvent', 'HTMLElement', 'HTMLCollection', 'NodeList', 'Node', 'Event']) {
  globalThis[name] ??= class {};
}
globalThis.Intl ??= {
  DateTimeFormat: class {
    resolvedOptions() {
      return { locale: 'zh-CN', timeZone: 'Asia/Shanghai', numberingSystem: 'latn' };
    }
  },
};

// "today" in a condition means the bureau's day wherever the server stands; Shanghai keeps one offset all year.
Date.prototype.getTimezoneOffset = () => -480;
