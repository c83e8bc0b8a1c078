package io.gatehouse.provider.local;

import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.digest.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;

/**
 * Password hashes that no password fits, for names that have none: checking one takes the same time as checking a real
 * one, so that the time of an answer does not tell which accounts exist. A decoy has kind, parameters and salt of a
 * credential of the account file; which one depends on the name and a random key, so that unknown names look as mixed
 * as known ones and one name always looks the same. Safe for use by many threads.
 */
final class Decoys {
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String FALLBACK = "$argon2id$v=19$m=65536,t=1,p=4$Z2F0ZWhvdXNlLWRlY295LQ$" + "A".repeat(43);

    private final byte[] key = new byte[32];
    private final SecureRandom random;
    private volatile Models models = new Models(List.of(), List.of());

    private record Models(List<Account> accounts, List<String> credentials) {}

    Decoys(SecureRandom random) {
        this.random = random;
        random.nextBytes(key);
    }

    /** The decoy for {@code name}, modelled on the readable credentials of {@code accounts}. */
    String decoy(String name, List<Account> accounts) {
        List<String> credentials = models(accounts).credentials();
        String model = credentials.isEmpty() ? FALLBACK : credentials.get(choice(name, credentials.size()));
        int digestStart = PasswordHashes.digestStart(model).orElseThrow();
        StringBuilder decoy = new StringBuilder(model);
        // The last digit stays: not every digit can stand there.
        for (int index = digestStart; index < model.length() - 1; index++) {
            decoy.setCharAt(index, DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return decoy.toString();
    }

    /** The list of accounts is the same object until the file changes. */
    @SuppressWarnings("ReferenceEquality")
    private Models models(List<Account> accounts) {
        Models known = models;
        if (known.accounts() != accounts) {
            known = new Models(
                    accounts,
                    accounts.stream()
                            .flatMap(account -> PasswordHashes.of(account).stream())
                            .filter(PasswordHashes::isReadable)
                            .toList());
            models = known;
        }
        return known;
    }

    private int choice(String name, int count) {
        byte[] hash = Digests.sha256(key, Account.normalise(name).getBytes(StandardCharsets.UTF_8));
        return Math.floorMod(ByteBuffer.wrap(hash).getInt(), count);
    }
}
