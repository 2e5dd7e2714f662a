// People who do not exist, as an address book would export them: the same every time.
const FIRST = ['Ana', 'Ben', 'Chioma', 'Daniel', 'Elif', 'Freya', 'Goran', 'Hana', 'Ivan', 'Jun', 'Kofi', 'Leah', 'Maya', 'Nils', 'Olga', 'Priya', 'Quinn', 'Rosa', 'Sami', 'Tom', 'Uma', 'Vera', 'Wei', 'Yara', 'Zoë'];
const LAST = ['Abara', 'Brandt', 'Carter', 'Duarte', 'Eze', 'Fischer', 'Garcia', 'Halvorsen', 'Ito', 'Jensen', 'Kowalski', 'Lopes', 'Moreau', 'Nakata', 'Okafor', 'Pérez', 'Quist', 'Raman', 'Silva', 'Tanaka'];

/** Who holds the phones that a new practice line comes with. */
const PHONES = [
  ['Ana Lopes', '+12025550143'],
  ['Ben Carter', '+13125550178'],
  ['Chioma Eze', '+16175550122'],
];

/** A CSV file of so many people, each with another name and number. */
export function peopleFile(count) {
  const rows = ['Name,Mobile phone,E-mail,Company'];
  for (let index = 0; index < count; index += 1) {
    const [first, last] = [FIRST[index % FIRST.length], LAST[Math.floor(index / FIRST.length) % LAST.length]];
    const [name, number] = PHONES[index] ?? [`${first} ${last}`, `+1415555${String(2000 + index)}`];
    rows.push(`${name},${number},${first.toLowerCase()}.${index}@example.com,Riverside Cycling Club`);
  }
  return Buffer.from(rows.join('\r\n'));
}
