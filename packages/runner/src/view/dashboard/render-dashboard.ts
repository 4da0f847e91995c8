import { eventLine } from '../event-line.ts'
import { formatTimeOfDay } from '../format/time.ts'
import type { Line, Painter } from '../style.ts'
import { decisionLines } from './decisions.ts'
import { headerLines } from './header.ts'
import { byImportance, positionsTable } from './positions.ts'
import { venueLines } from './venues.ts'
import type { ViewFrame } from './view-frame.ts'

/** Lines that decisions and recent events keep of the room when there are many positions: a blank, a title and three each. */
const KEPT_FOR_OTHERS = 10

/** Draws the whole live view: pure, at most `width` columns and `height` lines. */
export function renderDashboard(frame: ViewFrame, width: number, height: number, painter: Painter): string {
  const { snapshot } = frame
  const draw = (lines: readonly Line[]): string[] => lines.map((line) => painter.line(line, width))
  const top = draw([...headerLines(frame), ...venueLines(snapshot.venues, snapshot.at)])

  let left = height - top.length
  const positions = positionsSection(frame, width, Math.max(left - KEPT_FOR_OTHERS, Math.min(left, 6)), painter)
  left -= positions.length
  const recent = snapshot.recent.filter((event) => event.type !== 'decision')
  const wantedByRecent = recent.length === 0 ? 0 : Math.min(recent.length + 2, Math.ceil(left / 2))
  const decisions = section(
    'last decisions',
    draw(decisionLines(snapshot.positions, snapshot.at)),
    left - wantedByRecent,
    painter,
    width,
  )
  left -= decisions.length
  const events = section(
    'recent',
    draw(recent.map((event) => [{ text: `${formatTimeOfDay(event.at)} `, style: 'quiet' }, ...eventLine(event)])),
    left,
    painter,
    width,
  )
  return [...top, ...positions, ...decisions, ...events].slice(0, Math.max(0, height)).join('\n')
}

function positionsSection(frame: ViewFrame, width: number, room: number, painter: Painter): string[] {
  const { positions } = frame.snapshot
  if (positions.length === 0) {
    return room < 2 ? [] : ['', painter.line([{ text: 'no positions: add one with `portolan positions add`' }], width)]
  }
  if (room < 3) return []
  const fits = positions.length + 2 <= room
  const shown = fits ? positions : byImportance(positions).slice(0, room - 3)
  const more = positions.length - shown.length
  return [
    '',
    ...positionsTable(shown, width, painter),
    ...(more > 0 ? [painter.line([{ text: `… and ${more} more`, style: 'quiet' }], width)] : []),
  ]
}

/** A blank line, a title and as many lines as there is room for. */
function section(title: string, lines: readonly string[], room: number, painter: Painter, width: number): string[] {
  if (lines.length === 0 || room < 3) return []
  return ['', painter.line([{ text: title, style: 'quiet' }], width), ...lines.slice(0, room - 2)]
}
