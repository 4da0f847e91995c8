/*
 * The router and constant-product AMM of the simulated chain, for the Solana VM (SBPFv0). No libc, no read-only data.
 *
 * Instruction data: u64 amount in | u64 quoted out | u16 slippage bps | u16 platform fee bps | u8 1 = platform fee on the input
 * (little endian). The swap fails unless the user's own account grew by ceil(quoted out * (10000 - slippage) / 10000).
 *
 * Accounts: 0 user (signer), 1 user's source, 2 user's destination, 3 vault in, 4 vault out, 5 pool state (PDA, owner of the vaults),
 * 6 mint in, 7 mint out, 8 token program in, 9 token program out, 10 platform fee account (only with a platform fee).
 *
 * Pool state, 144 bytes: u64 magic | base mint | quote mint | base vault | quote vault | u16 fee bps | u8 bump | 5 zeros.
 *
 * Transfers are TransferChecked by CPI into SPL Token or Token-2022; what a vault or a user received is measured, not assumed, so that
 * transfer fees come out right.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

enum {
  ERR_SLIPPAGE = 6001,
  ERR_CALCULATION = 6002,
  ERR_PLATFORM_FEE_ACCOUNT = 6003,
  ERR_SLIPPAGE_BPS = 6004,
  ERR_ACCOUNT_KEYS = 6008,
  ERR_FUNDS = 6024,
  ERR_TOKEN_ACCOUNT = 6025,
};

enum { USER, SOURCE, DESTINATION, VAULT_IN, VAULT_OUT, POOL, MINT_IN, MINT_OUT, PROGRAM_IN, PROGRAM_OUT, FEE_ACCOUNT, ACCOUNTS };

#define POOL_BYTES 144
#define POOL_MAGIC 0x314c4f4f50545250ULL /* "PRTPOOL1" */
#define TOKEN_ACCOUNT_BYTES 165
#define MINT_DECIMALS 44
#define AMOUNT 64
#define BPS 10000ULL

typedef struct {
  const u8 *key;
  u64 *lamports;
  u64 data_len;
  u8 *data;
  const u8 *owner;
  u64 rent_epoch;
  u8 is_signer, is_writable, executable;
} Account;
typedef struct {
  const u8 *key;
  u8 is_writable, is_signer;
} Meta;
typedef struct {
  const u8 *program;
  Meta *metas;
  u64 metas_len;
  u8 *data;
  u64 data_len;
} Instruction;
typedef struct {
  const u8 *bytes;
  u64 len;
} Seed;
typedef struct {
  const Seed *seeds;
  u64 len;
} Signer;

extern u64 sol_invoke_signed_c(const Instruction *, const Account *, u64, const Signer *, u64);
extern void sol_log_(const u8 *, u64);

/* Everything that does not fit on the 4 KiB stack lives at the start of the heap. */
typedef struct {
  Account accounts[ACCOUNTS];
  u64 count;
  Meta metas[4];
  Instruction instruction;
  u8 data[16];
  Seed seeds[3];
  Signer signer;
  u8 text[32];
} Heap;

#define INLINE static inline __attribute__((always_inline))

INLINE u64 read64(const u8 *at) {
  u64 value = 0;
  for (int i = 7; i >= 0; i--) value = (value << 8) | at[i];
  return value;
}

INLINE u64 read16(const u8 *at) { return (u64)at[0] | ((u64)at[1] << 8); }

INLINE u8 same_key(const u8 *a, const u8 *b) {
  for (int i = 0; i < 32; i += 8)
    if (read64(a + i) != read64(b + i)) return 0;
  return 1;
}

/* a * b / c with a 128-bit product, rounded down, or up when `up`; ~0 when it does not fit or c is 0. */
static __attribute__((noinline)) u64 mul_div(u64 a, u64 b, u64 c, u64 up) {
  if (c == 0) return ~0ULL;
  u64 a0 = a & 0xffffffff, a1 = a >> 32, b0 = b & 0xffffffff, b1 = b >> 32;
  u64 low = a0 * b0, m0 = a0 * b1, m1 = a1 * b0;
  u64 middle = (low >> 32) + (m0 & 0xffffffff) + (m1 & 0xffffffff);
  u64 lo = (low & 0xffffffff) | (middle << 32);
  u64 hi = a1 * b1 + (m0 >> 32) + (m1 >> 32) + (middle >> 32);
  if (hi >= c) return ~0ULL;
  u64 quotient = 0, rest = hi;
  for (int i = 63; i >= 0; i--) {
    u64 carry = rest >> 63;
    rest = (rest << 1) | ((lo >> i) & 1);
    quotient <<= 1;
    if (carry || rest >= c) {
      rest -= c;
      quotient |= 1;
    }
  }
  return up && rest ? quotient + 1 : quotient;
}

/* TransferChecked: tag 12, u64 amount, u8 decimals. */
static __attribute__((noinline)) u64 transfer(Heap *heap, u64 route, u64 amount) {
  u64 from = route & 15, to = (route >> 4) & 15, mint = (route >> 8) & 15, authority = (route >> 12) & 15;
  Account *a = heap->accounts;
  heap->metas[0].key = a[from].key, heap->metas[0].is_writable = 1, heap->metas[0].is_signer = 0;
  heap->metas[1].key = a[mint].key, heap->metas[1].is_writable = 0, heap->metas[1].is_signer = 0;
  heap->metas[2].key = a[to].key, heap->metas[2].is_writable = 1, heap->metas[2].is_signer = 0;
  heap->metas[3].key = a[authority].key, heap->metas[3].is_writable = 0, heap->metas[3].is_signer = 1;
  heap->data[0] = 12;
  for (int i = 0; i < 8; i++) heap->data[1 + i] = (u8)(amount >> (8 * i));
  heap->data[9] = a[mint].data[MINT_DECIMALS];
  heap->instruction.program = a[mint == MINT_IN ? PROGRAM_IN : PROGRAM_OUT].key;
  heap->instruction.metas = heap->metas, heap->instruction.metas_len = 4;
  heap->instruction.data = heap->data, heap->instruction.data_len = 10;
  return sol_invoke_signed_c(&heap->instruction, a, heap->count, &heap->signer, authority == POOL ? 1 : 0);
}
#define ROUTE(from, to, mint, authority) ((from) | ((to) << 4) | ((mint) << 8) | ((authority) << 12))

/* Reads the accounts of the serialized input; returns where the instruction data starts, or 0. */
INLINE u8 *read_accounts(Heap *heap, u8 *in) {
  u64 count = read64(in);
  in += 8;
  if (count < FEE_ACCOUNT || count > ACCOUNTS) return 0;
  heap->count = count;
  for (u64 i = 0; i < count; i++) {
    u8 duplicate_of = in[0];
    Account *a = &heap->accounts[i];
    if (duplicate_of != 0xff) {
      if (duplicate_of >= i) return 0;
      *a = heap->accounts[duplicate_of];
      in += 8;
      continue;
    }
    a->is_signer = in[1], a->is_writable = in[2], a->executable = in[3];
    in += 8;
    a->key = in, in += 32;
    a->owner = in, in += 32;
    a->lamports = (u64 *)in, in += 8;
    a->data_len = *(u64 *)in, in += 8;
    a->data = in;
    in += a->data_len + 10240;
    in = (u8 *)(((u64)in + 7) & ~7ULL);
    a->rent_epoch = *(u64 *)in, in += 8;
  }
  return in;
}

/* Pool state: 0 magic, 8 base mint, 40 quote mint, 72 base vault, 104 quote vault, 136 u16 fee bps, 138 u8 bump. */
INLINE u64 check_pool(const Account *a, const u8 *program) {
  const u8 *pool = a[POOL].data;
  if (!same_key(a[POOL].owner, program)) return ERR_ACCOUNT_KEYS;
  if (a[POOL].data_len != POOL_BYTES || read64(pool) != POOL_MAGIC) return ERR_ACCOUNT_KEYS;
  u64 sells_base = same_key(a[MINT_IN].key, pool + 8);
  const u8 *mint_in = pool + (sells_base ? 8 : 40), *mint_out = pool + (sells_base ? 40 : 8);
  const u8 *vault_in = pool + (sells_base ? 72 : 104), *vault_out = pool + (sells_base ? 104 : 72);
  if (!same_key(a[MINT_IN].key, mint_in) || !same_key(a[MINT_OUT].key, mint_out)) return ERR_ACCOUNT_KEYS;
  if (!same_key(a[VAULT_IN].key, vault_in) || !same_key(a[VAULT_OUT].key, vault_out)) return ERR_ACCOUNT_KEYS;
  return 0;
}

INLINE u64 amount_of(const Account *a) { return read64(a->data + AMOUNT); }

u64 entrypoint(u8 *input) {
  Heap *heap = (Heap *)0x300000000ULL;
  Account *a = heap->accounts;
  u8 *in = read_accounts(heap, input);
  if (in == 0) return ERR_ACCOUNT_KEYS;
  u64 length = read64(in);
  in += 8;
  if (length != 21) return ERR_CALCULATION;
  u64 amount = read64(in), quoted = read64(in + 8), slippage = read16(in + 16), fee_bps = read16(in + 18);
  u8 fee_on_input = in[20];
  const u8 *program = in + length;

  /* "Instruction: Swap", byte by byte: a text would need read-only data. */
  u8 *text = heap->text;
  *(u64 *)text = 0x7463757274736e49ULL;
  *(u64 *)(text + 8) = 0x617753203a6e6f69ULL;
  text[16] = 'p';
  sol_log_(text, 17);

  if (slippage > BPS || fee_bps > BPS) return ERR_SLIPPAGE_BPS;
  if (!a[USER].is_signer) return ERR_ACCOUNT_KEYS;
  if (fee_bps && heap->count < ACCOUNTS) return ERR_PLATFORM_FEE_ACCOUNT;
  for (u64 i = SOURCE; i <= VAULT_OUT; i++)
    if (a[i].data_len < TOKEN_ACCOUNT_BYTES) return ERR_TOKEN_ACCOUNT;
  u64 wrong = check_pool(a, program);
  if (wrong) return wrong;
  if (amount_of(&a[SOURCE]) < amount) return ERR_FUNDS;

  const u8 *pool = a[POOL].data;
  heap->text[20] = 'p', heap->text[21] = 'o', heap->text[22] = 'o', heap->text[23] = 'l';
  heap->seeds[0].bytes = heap->text + 20, heap->seeds[0].len = 4;
  heap->seeds[1].bytes = pool + 8, heap->seeds[1].len = 32;
  heap->seeds[2].bytes = pool + 138, heap->seeds[2].len = 1;
  heap->signer.seeds = heap->seeds, heap->signer.len = 3;

  u64 failed, sold = amount;
  u64 had = amount_of(&a[DESTINATION]), in_before = amount_of(&a[VAULT_IN]), out_before = amount_of(&a[VAULT_OUT]);
  if (fee_bps && fee_on_input) {
    u64 fee = mul_div(amount, fee_bps, BPS, 0);
    sold -= fee;
    failed = fee ? transfer(heap, ROUTE(SOURCE, FEE_ACCOUNT, MINT_IN, USER), fee) : 0;
    if (failed) return failed;
  }
  failed = transfer(heap, ROUTE(SOURCE, VAULT_IN, MINT_IN, USER), sold);
  if (failed) return failed;
  u64 received = amount_of(&a[VAULT_IN]) - in_before;
  u64 net = received - mul_div(received, read16(pool + 136), BPS, 1);
  u64 out = mul_div(out_before, net, in_before + net, 0);
  if (out == ~0ULL) return ERR_CALCULATION;
  if (fee_bps && !fee_on_input) {
    u64 fee = mul_div(out, fee_bps, BPS, 0);
    out -= fee;
    failed = fee ? transfer(heap, ROUTE(VAULT_OUT, FEE_ACCOUNT, MINT_OUT, POOL), fee) : 0;
    if (failed) return failed;
  }
  failed = out ? transfer(heap, ROUTE(VAULT_OUT, DESTINATION, MINT_OUT, POOL), out) : 0;
  if (failed) return failed;
  u64 least = mul_div(quoted, BPS - slippage, BPS, 1);
  u64 got = amount_of(&a[DESTINATION]) - had;
  if (got < least || got == 0) return ERR_SLIPPAGE;
  return 0;
}
