// Days and times in the reader's language and zone. dayLabel() says what app/talk.py day_label() says.
export function clockwork(locale, timezone, words) {
  const timeZone = timezone || undefined;
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone });
  const key = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone });
  const near = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone });
  const far = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone });

  function dayLabel(date) {
    const day = key.format(date);
    if (day === key.format(new Date())) return words.today;
    if (day === key.format(new Date(Date.now() - 864e5))) return words.yesterday;
    return (day.slice(0, 4) === key.format(new Date()).slice(0, 4) ? near : far).format(date).replace(/\s?г\.$/, "");
  }

  return { time: (date) => clock.format(date), dayKey: (date) => key.format(date), dayLabel };
}
