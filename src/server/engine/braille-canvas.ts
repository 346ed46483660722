/** Drawings in text: the dots of Braille characters are pixels, two by four in each. */

/** Which bit of the character is the dot at `[x][y]`. */
const DOTS = [
  [0, 1, 2, 6],
  [3, 4, 5, 7],
] as const;
const COLUMNS = 2;
const ROWS = 4;

/** A canvas of black and white pixels; what is drawn outside is lost. */
export class BrailleCanvas {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#pixels = new Uint8Array(width * height);
  }

  /** Draw a line between two pixels, both included (Bresenham's algorithm). */
  line(fromX: number, fromY: number, toX: number, toY: number): void {
    const distanceX = Math.abs(toX - fromX);
    const distanceY = Math.abs(toY - fromY);
    const stepX = fromX < toX ? 1 : -1;
    const stepY = fromY < toY ? 1 : -1;
    let error = distanceX - distanceY;
    let x = fromX;
    let y = fromY;
    for (;;) {
      this.#draw(x, y);
      if (x === toX && y === toY) return;
      const twice = error * 2;
      if (twice > -distanceY) {
        error -= distanceY;
        x += stepX;
      }
      if (twice < distanceX) {
        error += distanceX;
        y += stepY;
      }
    }
  }

  /** The drawing in UTF-8, a byte a character; lines are parted by line ends. */
  render(): string {
    let text = "";
    for (let y = 0; y < this.height; y += ROWS) {
      for (let x = 0; x < this.width; x += COLUMNS) text += braille(this.#dotsAt(x, y));
      if (y !== this.height - 1) text += "\n";
    }
    return text;
  }

  #draw(x: number, y: number): void {
    if (x >= 0 && x < this.width && y >= 0 && y < this.height) this.#pixels[x + y * this.width] = 1;
  }

  #dotsAt(left: number, top: number): number {
    let dots = 0;
    for (let x = 0; x < COLUMNS && left + x < this.width; x++) {
      for (let y = 0; y < ROWS && top + y < this.height; y++) {
        if (this.#pixels[left + x + (top + y) * this.width] === 1) dots |= 1 << DOTS[x][y];
      }
    }
    return dots;
  }
}

/** The bytes of U+2800 + dots in UTF-8. */
function braille(dots: number): string {
  return String.fromCharCode(0xe2, 0xa0 | (dots >> 6), 0x80 | (dots & 0x3f));
}
