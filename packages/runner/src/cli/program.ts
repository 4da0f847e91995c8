import { Command, Option } from 'commander'
import { durationArgument } from './arguments/duration.ts'
import { momentArgument } from './arguments/moment.ts'
import { timeframeArgument, venueKeyArgument } from './arguments/names.ts'
import {
  bpsArgument,
  countArgument,
  numberArgument,
  portArgument,
  scoreArgument,
  usdArgument,
} from './arguments/numbers.ts'
import { optionPair } from './arguments/option-pairs.ts'
import type { Terminal } from './terminal.ts'
import { runnerVersion } from './versions.ts'

const speedArgument = numberArgument('a number above 0', (value) => value > 0 && value <= 100_000)
// Its bounds are the config's.
const deltaArgument = numberArgument('a number', () => true)
const seedArgument = numberArgument('a whole number', (value) => Number.isSafeInteger(value) && value >= 0)

/** The command line. What a command needs is loaded when it is called. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('portolan')
    .description('One portfolio manager over any trading venue.')
    .version(runnerVersion(), '-V, --version')
    .option('--debug', 'show the stack of an error (also PORTOLAN_DEBUG=1)')
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .addHelpText(
      'after',
      `
Examples:
  portolan start                          run the config and the simulators in it
  portolan run --live                     trade real money as the config says
  portolan backtest --bars BTC-1h.csv --venue acme/perps --token BTC --timeframe 1h --allocation 1000 --out out
  portolan replay --from 2026-01-05       decide again on what was recorded since then
  portolan positions add --venue acme/perps --token SOL --timeframe 5m --allocation 500
  portolan explain --last                 why the newest order was planned and what came of it
  portolan simulate acme --port 0         a venue on this machine for any client`,
    )
  addRun(program, terminal)
  addSimulate(program, terminal)
  addBacktest(program, terminal)
  addCheckLookahead(program, terminal)
  addReplay(program, terminal)
  addPositions(program, terminal)
  addIntentDeltas(program, terminal)
  addTrading(program, terminal)
  addInspection(program, terminal)
  return program
}

function addRun(program: Command, terminal: Terminal): void {
  const live = new Option('--live', 'confirm that orders of mode "live" may reach a real market')
  const until = new Option('--until <duration>', 'end by itself after this time, e.g. 60s').argParser(durationArgument)
  const plain = new Option('--plain', 'log lines instead of a live view')
  withConfig(program.command('run').description('Run the portfolio manager until Ctrl-C.'))
    .addOption(live)
    .addOption(until)
    .addOption(plain)
    .action(async (options) => (await import('./commands/run.ts')).run(terminal, { ...options, simulators: false }))
  withConfig(
    program
      .command('start')
      .description('As `run`, and start first the simulators that the config asks for, with throwaway keys.'),
  )
    .addOption(live)
    .addOption(until)
    .addOption(plain)
    .action(async (options) => (await import('./commands/run.ts')).run(terminal, { ...options, simulators: true }))
}

function addSimulate(program: Command, terminal: Terminal): void {
  program
    .command('simulate')
    .description("Run a venue's simulator until Ctrl-C. Prints one line of JSON with its addresses when it listens.")
    .argument('<venue>', 'name of the venue package, as the config uses it')
    .requiredOption('--port <number>', 'where it listens; 0 for any free port', portArgument)
    .option('--speed <factor>', 'how many times faster than the wall clock its time goes', speedArgument, 1)
    .option('--seed <number>', 'of its market; the same seed gives the same market', seedArgument)
    .option('--state <folder>', 'keep its state here over a restart')
    .option('--option <name=value>', "one of the simulator's own options; repeatable", optionPair)
    .action(async (venue: string, options) =>
      (await import('./commands/simulate.ts')).simulate(terminal, venue, options),
    )
}

function addBacktest(program: Command, terminal: Terminal): void {
  withConfig(program.command('backtest').description('Run the same loop over recorded bars and write a report.'))
    .requiredOption('--bars <file>', 'CSV with the header ts,open,high,low,close,volume')
    .requiredOption('--venue <key>', 'token_chain/book_id, as `portolan venues` lists it', venueKeyArgument)
    .requiredOption('--token <name>', "the venue's own name of it, e.g. BTC")
    .requiredOption('--timeframe <timeframe>', 'of the bars', timeframeArgument)
    .requiredOption('--allocation <usd>', 'the cap of the position', usdArgument)
    .requiredOption('--out <folder>', 'where the report goes; an earlier one is replaced')
    .option('--fixed-a <score>', 'pin A, add appetite', scoreArgument)
    .option('--fixed-e <score>', 'pin E, exit assertiveness', scoreArgument)
    .option('--frictionless', 'fill at the next open without fee, slippage, lots or minimums')
    .option('--slippage-bps <bps>', 'by which fills are worse than the open', bpsArgument)
    .action(async (options) => (await import('./commands/backtest.ts')).backtest(terminal, options))
}

function addReplay(program: Command, terminal: Terminal): void {
  withConfig(
    program
      .command('replay')
      .description('Run the same loop over what the store recorded, with simulated fills. The store is only read.'),
  )
    .requiredOption(
      '--from <time>',
      'ISO time (UTC unless it says otherwise) or ms; earlier bars warm up',
      momentArgument,
    )
    .option('--to <time>', 'as --from; default: the end of the recording', momentArgument)
    .addOption(
      new Option('--positions <which>', 'all that the store and the config know (also without any choice)')
        .choices(['all'] as const)
        .conflicts(['venue', 'token', 'timeframe']),
    )
    .option('--venue <key>', 'only positions of this token_chain/book_id', venueKeyArgument)
    .option('--token <name>', "only positions in this token, by the venue's own name of it")
    .option('--timeframe <timeframe>', 'only positions of this timeframe', timeframeArgument)
    .option('--allocation <usd>', 'the cap of each position, instead of its own', usdArgument)
    .option('--out <folder>', 'where each position gets a folder with its report; earlier ones are replaced')
    .option('--fixed-a <score>', 'pin A, add appetite', scoreArgument)
    .option('--fixed-e <score>', 'pin E, exit assertiveness', scoreArgument)
    .option('--slippage-bps <bps>', 'by which fills are worse than the price', bpsArgument)
    .action(async (options) => (await import('./commands/replay.ts')).replay(terminal, options))
}

function addCheckLookahead(program: Command, terminal: Terminal): void {
  withJson(
    withConfig(
      program
        .command('check-lookahead')
        .description(
          "Change the future of recorded bars and look whether the config's models then decide otherwise on the past.",
        ),
    ),
  )
    .requiredOption('--bars <file>', 'CSV with the header ts,open,high,low,close,volume')
    .requiredOption('--venue <key>', 'token_chain/book_id, as `portolan venues` lists it', venueKeyArgument)
    .requiredOption('--token <name>', "the venue's own name of it, e.g. BTC")
    .requiredOption('--timeframe <timeframe>', 'of the bars', timeframeArgument)
    .option('--allocation <usd>', 'the cap of the position', usdArgument, usdArgument('1000'))
    .option('--samples <count>', 'how many futures are tried', countArgument, 20)
    .option('--seed <number>', 'of what is tried; the same seed tries the same', seedArgument, 1)
    .option('--resume', 'also save and restore the models on the way, which must change nothing')
    .option('--fixed-a <score>', 'pin A, add appetite', scoreArgument)
    .option('--fixed-e <score>', 'pin E, exit assertiveness', scoreArgument)
    .action(async (options) => (await import('./commands/check-lookahead.ts')).lookahead(terminal, options))
}

function addPositions(program: Command, terminal: Terminal): void {
  const positions = program.command('positions').description('List, add, pause and resume positions.')
  withJson(withConfig(positions.command('list', { isDefault: true }).description('List all positions.'))).action(
    async (options) => (await import('./commands/positions.ts')).listPositions(terminal, options),
  )
  withJson(
    withConfig(positions.command('add').description('Add a position, or change the allocation of one that is there.')),
  )
    .requiredOption('--venue <key>', 'token_chain/book_id, as `portolan venues` lists it', venueKeyArgument)
    .requiredOption('--token <name>', "the venue's own name of it, e.g. BTC")
    .requiredOption('--timeframe <timeframe>', 'of the bars that it is decided on', timeframeArgument)
    .requiredOption('--allocation <usd>', 'the cap of the position', usdArgument)
    .option('--label <label>', 'of the config entry that it trades on; needed when several could')
    .option('--unlisted', 'add it even if the venue is not known to have the token')
    .action(async (options) => (await import('./commands/positions.ts')).addPosition(terminal, options))
  for (const [name, paused, what] of [
    ['pause', true, 'Plan no more buys for a position; exits go on.'],
    ['resume', false, 'Let a paused position plan buys again.'],
  ] as const) {
    withJson(withConfig(positions.command(name).description(what)))
      .argument('<position>', 'its id or a beginning of it, or a token with an optional timeframe such as BTC/1m')
      .action(async (position: string, options) =>
        (await import('./commands/positions.ts')).pausePosition(terminal, position, paused, options),
      )
  }
}

function addIntentDeltas(program: Command, terminal: Terminal): void {
  const deltas = program
    .command('intent-delta')
    .description('Add an opinion on a token to its A (add appetite) and E (exit assertiveness) for a while.')
  withJson(
    withConfig(
      deltas.command('list', { isDefault: true }).description('List those that are set, the expired ones too.'),
    ),
  ).action(async (options) => (await import('./commands/intent-deltas.ts')).listIntentDeltas(terminal, options))
  withToken(
    deltas
      .command('set')
      .description('Set that of a token, in the place of the one that it has. A running runner takes it up.'),
  )
    .option('--a <delta>', 'what is added to A, at least -2 and at most 2', deltaArgument)
    .option('--e <delta>', 'what is added to E, at least -2 and at most 2', deltaArgument)
    .requiredOption('--for <duration>', 'how long it counts, e.g. 4h', durationArgument)
    .option('--reason <text>', 'why, for `portolan explain`')
    .option('--unlisted', 'set it even if the venue is not known to have the token')
    .action(async (options) => (await import('./commands/intent-deltas.ts')).setIntentDelta(terminal, options))
  withToken(deltas.command('clear').description('Remove that of a token.')).action(async (options) =>
    (await import('./commands/intent-deltas.ts')).clearIntentDelta(terminal, options),
  )
}

function addTrading(program: Command, terminal: Terminal): void {
  for (const [name, what] of [
    ['halt', 'Send nothing more, neither entries nor exits, until `resume`.'],
    ['reduce', 'Send exits only, until `resume`.'],
    ['flatten', 'Sell off all positions at once, and then halt.'],
    ['resume', 'Trade again. Losses so far no longer count towards the loss limits.'],
  ] as const) {
    withJson(withConfig(program.command(name).description(`${what} A running runner obeys at once.`)))
      .option('--venue <key>', 'only this token_chain/book_id; default: everything', venueKeyArgument)
      .option('--label <label>', 'only this config entry of the venue')
      .option('--reason <text>', 'why, for gates, logs and `portolan explain`')
      .action(async (options) => (await import('./commands/trading.ts')).orderTrading(terminal, name, options))
  }
  withJson(
    withConfig(program.command('trading').description('Show whether trading is active, reducing or halted.')),
  ).action(async (options) => (await import('./commands/trading.ts')).listTrading(terminal, options))
}

/** A token of a venue of the config. */
function withToken(command: Command) {
  return withJson(withConfig(command))
    .requiredOption('--venue <key>', 'token_chain/book_id, e.g. acme/perps', venueKeyArgument)
    .requiredOption('--token <name>', "the venue's own name of it, e.g. BTC")
    .option('--label <label>', 'of a config entry; needed when those of the venue are on different networks')
}

function addInspection(program: Command, terminal: Terminal): void {
  withJson(
    withConfig(program.command('venues').description('Show what the config finds: packages, capabilities, problems.')),
  ).action(async (options) => (await import('./commands/venues.ts')).listVenues(terminal, options))
  withJson(withConfig(program.command('intents').description('List the newest intents.')))
    .option('--limit <count>', 'how many', countArgument, 20)
    .action(async (options) => (await import('./commands/intents.ts')).listIntents(terminal, options))
  withJson(withConfig(program.command('explain').description('Tell why an intent was planned and what came of it.')))
    .argument('[intent]', 'its id or a beginning of it')
    .option('--last', 'the newest intent (also without any argument)')
    .option('--position <position>', 'the newest intent of a position: its id, or a token such as BTC or BTC/1m')
    .option('--decision <position>', 'the newest decision of a position, also why it did nothing')
    .action(async (intent: string | undefined, options) =>
      (await import('./commands/explain.ts')).explain(terminal, intent, options),
    )
}

function withConfig(command: Command): Command {
  return command.option('--config <file>', 'the config; default: the nearest portolan.config.* upwards')
}

function withJson(command: Command): Command {
  return command.option('--json', 'for programs')
}
