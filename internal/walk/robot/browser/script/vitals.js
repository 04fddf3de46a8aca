// Sends each change of the web vitals to the robot as it happens, so that what is
// known of a page survives the page. Top frames only.
(() => {
  if (globalThis !== globalThis.top && window.parent !== window) return;
  const send = (m) => globalThis.firsthandVital?.(JSON.stringify({ name: m.name, value: m.value, rating: m.rating, url: location.href }));
  const all = { reportAllChanges: true };
  for (const on of [webVitals.onLCP, webVitals.onCLS, webVitals.onINP, webVitals.onFCP, webVitals.onTTFB]) on(send, all);
})();
