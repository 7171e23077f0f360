/**
 * What runs on the page behind the links in mails. Every text is set as text, never as HTML. The token leaves the
 * address bar at once, so that it stays in no history, and is sent in a body only.
 */
export const ACT_SCRIPT = `
'use strict';
const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
const state = document.getElementById('state');
const content = document.getElementById('content');

function element(name, text, attributes) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  return Object.assign(made, attributes);
}
function tell(text, kind) {
  state.textContent = text;
  state.className = kind;
}
async function ask(body) {
  const response = await fetch('/api/act', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, ...body }),
  });
  const answer = await response.json();
  if (response.ok) return answer;
  const faults = (answer.errors || []).map(({ detail }) => detail).join(' ');
  throw new Error(faults || answer.detail);
}
function fieldOf(title, input) {
  const label = element('label', title);
  label.append(input);
  return label;
}
function tickOf({ id, name }, checked) {
  const label = element('label', '', { className: 'tick' });
  label.append(element('input', '', { type: 'checkbox', name: 'places', value: id, checked }), element('span', name));
  return label;
}
function inAWeek({ min, max }) {
  const day = new Date(Date.parse(min) + 7 * 86400000).toISOString().slice(0, 10);
  return day < max ? day : max;
}
function fieldsOf({ choice, until, places = [], onlyThese, domains }) {
  const fields = [];
  if (until) fields.push(fieldOf(choice === 'snooze' ? 'No mail before' : 'Done by', element('input', '', { type: 'date', name: 'until', min: until.min, max: until.max, value: inAWeek(until), required: true })));
  fields.push(...places.map((place) => tickOf(place, places.length === 1)));
  if (choice === 'entered' && !onlyThese) fields.push(fieldOf(places.length ? 'Somewhere else (optional)' : 'Where did you enter it?', element('input', '', { name: 'place', maxLength: 80, required: !places.length, placeholder: 'SmartConnect, connection BC Prod' })));
  if (choice === 'passOn') fields.push(fieldOf('Their mail address (' + domains.map((domain) => '@' + domain).join(', ') + ')', element('input', '', { type: 'email', name: 'to', maxLength: 320, required: true, autocomplete: 'email' })));
  if (choice === 'askAdmin') fields.push(fieldOf('Why not (they will read this)', element('textarea', '', { name: 'because', maxLength: 500, rows: 3, required: true })));
  return fields;
}
function bodyOf(choice, form) {
  const data = new FormData(form);
  const body = { choice };
  for (const name of ['until', 'place', 'to', 'because']) {
    const value = (data.get(name) || '').trim();
    if (value) body[name] = value;
  }
  if (data.has('places')) body.places = data.getAll('places');
  return body;
}
function formOf(offer) {
  const form = element('form');
  const button = element('button', 'Send', { type: 'submit' });
  form.append(element('p', offer.says), ...fieldsOf(offer), button);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const answer = await ask(bodyOf(offer.choice, form));
      show(answer);
      tell('Noted. ' + (answer.said.at(-1) || ''), 'good');
    } catch (error) {
      tell(error.message, 'bad');
      button.disabled = false;
    }
    state.scrollIntoView({ block: 'nearest' });
  });
  return form;
}
function choiceOf(offer) {
  const details = element('details', '', { name: 'choice' });
  details.append(element('summary', offer.label), formOf(offer));
  return details;
}
function goOf({ choice, label, says }, isFirst) {
  const box = element('section', '', { className: 'go' });
  const button = element('button', label, { type: 'button', className: isFirst ? '' : 'second' });
  button.addEventListener('click', async () => {
    const all = [...document.querySelectorAll('button')];
    for (const one of all) one.disabled = true;
    tell('', '');
    try {
      const { url } = await ask({ choice });
      location.assign(url);
      // For whoever comes back with the browser's own button.
      addEventListener('pageshow', () => { for (const one of all) one.disabled = false; }, { once: true });
    } catch (error) {
      tell(error.message, 'bad');
      for (const one of all) one.disabled = false;
    }
  });
  box.append(button, element('p', says));
  return box;
}
function showConnect({ connect, choices }) {
  const isConsent = connect.purpose !== 'signIn';
  const facts = element('dl');
  const until = new Date(connect.endsAt).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'short' });
  const rows = [[connect.purpose === 'onboarding' ? 'Asked by' : 'Connection', connect.title], ['For', connect.service], ['Organisation', connect.organisation], ['Account to use', connect.account], ['Link works until', until]];
  for (const [label, value] of rows) if (value) facts.append(element('dt', label), element('dd', value));
  const asks = {
    signIn: 'An integration needs somebody to sign in for it once. From then on it works by itself.',
    adminConsent: 'An integration of your organisation needs the agreement of one of its administrators.',
    onboarding: 'Keyturn tells people before a secret of their applications ends. To watch those of your organisation it needs the agreement of one of its administrators.',
  }[connect.purpose];
  content.replaceChildren(element('h1', isConsent ? 'Please agree for your organisation' : 'Please sign in'), element('p', asks, { className: 'when' }), facts);
  if (connect.lastTime) content.append(element('p', 'Last time: ' + connect.lastTime + '.', { className: 'last' }));
  content.append(...choices.map((choice, index) => goOf(choice, index === choices.length - 1)));
  tell('', '');
}
function show({ finding, for: address, choices, said }) {
  const facts = element('dl');
  const rows = [['What ends', finding.what], ['Organisation', finding.tenantName], ['Sent to', address]];
  for (const [label, value] of rows) if (value) facts.append(element('dt', label), element('dd', value));
  content.replaceChildren(element('h1', finding.title), element('p', finding.when, { className: 'when' }), facts);
  if (said.length) {
    const list = element('ul');
    list.append(...said.map((sentence) => element('li', sentence)));
    content.append(element('h2', 'Said so far'), list);
  }
  if (choices.length) content.append(element('h2', 'What happens next?'), ...choices.map(choiceOf));
  else content.append(element('p', finding.closedAt ? 'This is done: there is nothing left to answer.' : 'There is nothing left to answer with this link.'));
  tell('', '');
}

if (token) ask({}).then((answer) => (answer.connect ? showConnect : show)(answer), (error) => tell(error.message, 'bad'));
else tell('Open the link in the mail once more: this page was loaded again without it.', 'bad');
`;
