/** Pictures of the fake backend, drawn rather than stored so that they are the same everywhere. */

interface Scene {
  sky: string;
  ground: string;
  shapes: string;
}

const SCENES: readonly Scene[] = [
  {
    sky: '#dfe8ee',
    ground: '#b9a58c',
    shapes:
      '<rect x="250" y="70" width="300" height="440" fill="#6d7f86"/><rect x="275" y="95" width="250" height="415" fill="#8798a0"/><circle cx="500" cy="320" r="9" fill="#d9c27a"/><rect x="270" y="420" width="230" height="130" rx="4" fill="#c79a62"/><path d="M270 420h230v22H270z" fill="#b4874f"/><path d="M375 420h22v130h-22z" fill="#e2c69a"/><rect x="420" y="475" width="60" height="40" fill="#f4efe4"/>',
  },
  {
    sky: '#e9e4dc',
    ground: '#a98f76',
    shapes:
      '<rect x="110" y="300" width="580" height="40" rx="6" fill="#7a5b3e"/><path d="M150 340h34v200h-34zM616 340h34v200h-34z" fill="#664a31"/><path d="M430 340l18 200h-26l-14-120-22 10 8 110h-26l14-200z" fill="#664a31"/><path d="M372 300l20-36 26 12-10 24z" fill="#8d6a4a"/><circle cx="400" cy="410" r="70" fill="none" stroke="#c9482b" stroke-width="8"/>',
  },
  {
    sky: '#d8e6ea',
    ground: '#7f9a7c',
    shapes:
      '<circle cx="600" cy="140" r="52" fill="#f3dfa5"/><path d="M0 420l180-150 150 120 170-190 300 220v180H0z" fill="#9db7a0"/><path d="M0 480l240-90 220 80 340-110v240H0z" fill="#84a188"/>',
  },
];

export function pictureUrl(mediaId: string): string {
  const number = [...mediaId].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0);
  const scene = SCENES[number % SCENES.length] ?? SCENES[0]!;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600" width="800" height="600"><rect width="800" height="600" fill="${scene.sky}"/><rect y="520" width="800" height="80" fill="${scene.ground}"/>${scene.shapes}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
