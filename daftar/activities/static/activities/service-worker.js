// The service worker of Daftar: shows what is pushed to this browser, and opens the page that it is about. It keeps nothing and
// answers no request of a page. The words come with the push, in the language of the person.

self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()))

self.addEventListener("push", event => event.waitUntil(show(told(event.data))))

self.addEventListener("notificationclick", event => {
  event.notification.close()
  const { href, settings } = event.notification.data
  event.waitUntil(open(event.action === "settings" ? settings : href))
})

/** What was pushed; a browser must show something for each push, so what cannot be read still leads to the notices. */
function told(data) {
  try {
    return data.json()
  } catch {
    return { title: "Daftar", href: "/notices/", settings: "/me/notices/" }
  }
}

function show({ title, body = "", tag = "", lang = "", dir = "auto", href, settings, settings_label }) {
  const actions = settings_label ? [{ action: "settings", title: settings_label }] : []
  return self.registration.showNotification(title, { body, tag, lang, dir, actions, data: { href, settings } })
}

/** Only pages of ours; one that stands open already is looked at, not opened again. */
async function open(path) {
  const address = new URL(path, self.location.origin)
  if (address.origin !== self.location.origin) return
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const there = windows.find(one => one.url === address.href)
  await (there ? there.focus() : self.clients.openWindow(address.href))
}
