/** ELF constants used below, by their names in the specification. */
const R_BPF_64_32 = 10
const SHT = { PROGBITS: 1, SYMTAB: 2, STRTAB: 3, DYNAMIC: 6, REL: 9, DYNSYM: 11 } as const
const DT = { STRTAB: 5, SYMTAB: 6, STRSZ: 10, SYMENT: 11, REL: 17, RELSZ: 18, RELENT: 19, NULL: 0 } as const
const EM_BPF = 247
const TEXT_OFFSET = 0x40

interface Section {
  readonly name: string
  readonly type: number
  readonly offset: number
  readonly size: number
  readonly link: number
}

interface Symbol {
  readonly name: string
  readonly section: number
  readonly value: number
}

/** One piece of the output file. */
interface Piece {
  readonly name: string
  readonly type: number
  readonly flags: number
  readonly bytes: Buffer
  readonly link?: number
  readonly info?: number
  readonly entrySize?: number
}

/**
 * Turns the relocatable object of `clang -target bpf -c` (one `.text`, calls to system calls as undefined symbols) into a shared object that
 * the Solana loader takes (SBPFv0): dynamic symbols and relocations for the system calls, entry point `entrypoint`.
 * @throws when the object has something else in it, such as read-only data.
 */
export function linkProgram(object: Buffer): Buffer {
  const sections = readSections(object)
  const text = named(sections, '.text')
  if (sections.some(({ name, size }) => /^\.(rodata|data|bss)/.test(name) && size > 0)) {
    throw new Error('the object has data: only code can be linked')
  }
  const symbols = readSymbols(object, sections)
  const code = Buffer.from(object.subarray(text.offset, text.offset + text.size))
  const calls: string[] = []
  const relocations: { at: number; symbol: number }[] = []
  const rel = sections.find(({ name }) => name === '.rel.text')
  for (let at = rel?.offset ?? 0; rel !== undefined && at < rel.offset + rel.size; at += 16) {
    const offset = Number(object.readBigUInt64LE(at))
    const symbol = symbols[object.readUInt32LE(at + 12)]
    if (symbol === undefined || object.readUInt32LE(at + 8) !== R_BPF_64_32) throw new Error('unknown relocation')
    if (symbol.section !== 0) throw new Error(`relocation of ${symbol.name}: only system calls are relocated`)
    if (!calls.includes(symbol.name)) calls.push(symbol.name)
    code.writeInt32LE(-1, offset + 4)
    relocations.push({ at: TEXT_OFFSET + offset, symbol: calls.indexOf(symbol.name) + 1 })
  }
  const entry = symbols.find(({ name }) => name === 'entrypoint')
  if (entry === undefined) throw new Error('no entrypoint')
  return layOut(code, calls, relocations, TEXT_OFFSET + entry.value)
}

function layOut(
  code: Buffer,
  calls: readonly string[],
  relocations: readonly { at: number; symbol: number }[],
  entry: number,
): Buffer {
  const { table: strings, offsets } = stringTable(['', ...calls])
  const symbols = Buffer.alloc(24 * (calls.length + 1))
  for (const [index] of calls.entries()) {
    symbols.writeUInt32LE(offsets[index + 1] ?? 0, 24 * (index + 1))
    symbols[24 * (index + 1) + 4] = 0x10
  }
  const rel = Buffer.alloc(16 * relocations.length)
  for (const [index, { at, symbol }] of relocations.entries()) {
    rel.writeBigUInt64LE(BigInt(at), 16 * index)
    rel.writeUInt32LE(R_BPF_64_32, 16 * index + 8)
    rel.writeUInt32LE(symbol, 16 * index + 12)
  }
  const symbolsAt = aligned(TEXT_OFFSET + code.length)
  const stringsAt = aligned(symbolsAt + symbols.length)
  const relAt = aligned(stringsAt + strings.length)
  const dynamic = pairs([
    [DT.REL, relAt],
    [DT.RELSZ, rel.length],
    [DT.RELENT, 16],
    [DT.SYMTAB, symbolsAt],
    [DT.SYMENT, 24],
    [DT.STRTAB, stringsAt],
    [DT.STRSZ, strings.length],
    [DT.NULL, 0],
  ])
  const pieces: Piece[] = [
    { name: '.text', type: SHT.PROGBITS, flags: 6, bytes: code },
    { name: '.dynsym', type: SHT.DYNSYM, flags: 2, bytes: symbols, link: 3, info: 1, entrySize: 24 },
    { name: '.dynstr', type: SHT.STRTAB, flags: 2, bytes: strings },
    { name: '.rel.dyn', type: SHT.REL, flags: 2, bytes: rel, link: 2, entrySize: 16 },
    { name: '.dynamic', type: SHT.DYNAMIC, flags: 3, bytes: dynamic, link: 3, entrySize: 16 },
  ]
  return writeElf(pieces, entry)
}

function writeElf(pieces: readonly Piece[], entry: number): Buffer {
  const { table, offsets } = stringTable(['', ...pieces.map(({ name }) => name), '.shstrtab'])
  const all: Piece[] = [...pieces, { name: '.shstrtab', type: SHT.STRTAB, flags: 0, bytes: table }]
  const places: number[] = []
  let end = TEXT_OFFSET
  for (const { bytes } of all) {
    places.push(end)
    end = aligned(end + bytes.length)
  }
  const out = Buffer.alloc(end + 64 * (all.length + 1))
  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  out.writeUInt16LE(3, 16)
  out.writeUInt16LE(EM_BPF, 18)
  out.writeUInt32LE(1, 20)
  out.writeBigUInt64LE(BigInt(entry), 24)
  out.writeBigUInt64LE(BigInt(end), 40)
  for (const [at, value] of [
    [52, 64],
    [54, 56],
    [58, 64],
    [60, all.length + 1],
    [62, all.length],
  ] as const) {
    out.writeUInt16LE(value, at)
  }
  for (const [index, piece] of all.entries()) {
    const place = places[index] ?? 0
    piece.bytes.copy(out, place)
    const header = end + 64 * (index + 1)
    out.writeUInt32LE(offsets[index + 1] ?? 0, header)
    out.writeUInt32LE(piece.type, header + 4)
    out.writeBigUInt64LE(BigInt(piece.flags), header + 8)
    out.writeBigUInt64LE(BigInt(piece.flags & 2 ? place : 0), header + 16)
    out.writeBigUInt64LE(BigInt(place), header + 24)
    out.writeBigUInt64LE(BigInt(piece.bytes.length), header + 32)
    out.writeUInt32LE(piece.link ?? 0, header + 40)
    out.writeUInt32LE(piece.info ?? 0, header + 44)
    out.writeBigUInt64LE(8n, header + 48)
    out.writeBigUInt64LE(BigInt(piece.entrySize ?? 0), header + 56)
  }
  return out
}

function readSections(object: Buffer): Section[] {
  const start = Number(object.readBigUInt64LE(0x28))
  const raw = Array.from({ length: object.readUInt16LE(0x3c) }, (_, index) => {
    const at = start + 64 * index
    return {
      nameAt: object.readUInt32LE(at),
      type: object.readUInt32LE(at + 4),
      offset: Number(object.readBigUInt64LE(at + 24)),
      size: Number(object.readBigUInt64LE(at + 32)),
      link: object.readUInt32LE(at + 40),
    }
  })
  const names = raw[object.readUInt16LE(0x3e)]
  return raw.map(({ nameAt, ...section }) => ({ ...section, name: textAt(object, (names?.offset ?? 0) + nameAt) }))
}

function readSymbols(object: Buffer, sections: readonly Section[]): Symbol[] {
  const table = sections.find(({ type }) => type === SHT.SYMTAB)
  const strings = table === undefined ? undefined : sections[table.link]
  if (table === undefined || strings === undefined) throw new Error('no symbols')
  return Array.from({ length: table.size / 24 }, (_, index) => {
    const at = table.offset + 24 * index
    return {
      name: object.readUInt32LE(at) === 0 ? '' : textAt(object, strings.offset + object.readUInt32LE(at)),
      section: object.readUInt16LE(at + 6),
      value: Number(object.readBigUInt64LE(at + 8)),
    }
  })
}

function named(sections: readonly Section[], name: string): Section {
  const section = sections.find((candidate) => candidate.name === name)
  if (section === undefined) throw new Error(`no ${name}`)
  return section
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at))
}

function stringTable(names: readonly string[]): { table: Buffer; offsets: number[] } {
  const offsets: number[] = []
  let text = ''
  for (const name of names) {
    offsets.push(text.length)
    text += `${name}\0`
  }
  return { table: Buffer.from(text, 'latin1'), offsets }
}

function pairs(entries: readonly (readonly [number, number])[]): Buffer {
  const bytes = Buffer.alloc(16 * entries.length)
  for (const [index, [tag, value]] of entries.entries()) {
    bytes.writeBigUInt64LE(BigInt(tag), 16 * index)
    bytes.writeBigUInt64LE(BigInt(value), 16 * index + 8)
  }
  return bytes
}

function aligned(at: number): number {
  return (at + 7) & ~7
}
