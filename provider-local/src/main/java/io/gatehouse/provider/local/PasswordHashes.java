package io.gatehouse.provider.local;

import io.gatehouse.formats.account.Account;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.shiro.crypto.hash.Hash;
import org.apache.shiro.crypto.hash.format.Shiro2CryptFormat;

/**
 * The password hashes of the account file that Basic can check: argon2 ({@code $argon2id$…}, also {@code i} and
 * {@code d}) and bcrypt ({@code $2y$…}, also {@code $2a$} and {@code $2b$}), as other tools write them. An argon2 hash
 * must have version 19 and a salt of 16 bytes, which is what tools make by default: Shiro reads no other.
 */
final class PasswordHashes {
    /** Shiro reads crypt notation only behind its own identifier. */
    static final String SHIRO_PREFIX = "$shiro2";

    private static final String[] PREFIXES = {"$argon2id$", "$argon2i$", "$argon2d$", "$2y$", "$2a$", "$2b$"};
    private static final Pattern ARGON2 = Pattern.compile(
            "\\$argon2(?:id|i|d)\\$v=19\\$([mtp=0-9,]{11,40})" + "\\$[A-Za-z0-9+/]{11,172}\\$([A-Za-z0-9+/]{16,172})");
    private static final Pattern ARGON2_PARAMETER = Pattern.compile("([mtp])=([1-9][0-9]{0,8})");
    private static final Pattern BCRYPT =
            Pattern.compile("\\$2[yab]\\$([0-9]{2})\\$[./A-Za-z0-9]{22}([./A-Za-z0-9]{31})");
    private static final int LARGEST_MEMORY_KIB = 1 << 20;
    private static final int MOST_ITERATIONS = 64;
    private static final int MOST_LANES = 64;
    private static final int LARGEST_COST = 16;

    private PasswordHashes() {}

    /** The account's credential for Basic, in crypt notation; it may still be unreadable. */
    static Optional<String> of(Account account) {
        return account.credential(PREFIXES);
    }

    /** Whether a credential is well formed and takes a bearable amount of memory and time. */
    static boolean isReadable(String credential) {
        return digestStart(credential).isPresent() && parse(credential).isPresent();
    }

    /**
     * Where the hash value itself begins, behind kind, parameters and salt; empty when the credential is unreadable.
     */
    static Optional<Integer> digestStart(String credential) {
        Matcher argon2 = ARGON2.matcher(credential);
        if (argon2.matches()) {
            return bearable(argon2.group(1)) ? Optional.of(argon2.start(2)) : Optional.empty();
        }
        Matcher bcrypt = BCRYPT.matcher(credential);
        if (!bcrypt.matches()) {
            return Optional.empty();
        }
        int cost = Integer.parseInt(bcrypt.group(1));
        return cost >= 4 && cost <= LARGEST_COST ? Optional.of(bcrypt.start(2)) : Optional.empty();
    }

    private static boolean bearable(String parameters) {
        int seen = 0;
        for (String parameter : parameters.split(",", -1)) {
            Matcher matcher = ARGON2_PARAMETER.matcher(parameter);
            if (!matcher.matches()) {
                return false;
            }
            int value = Integer.parseInt(matcher.group(2));
            int most = switch (matcher.group(1)) {
                case "m" -> LARGEST_MEMORY_KIB;
                case "t" -> MOST_ITERATIONS;
                default -> MOST_LANES;
            };
            if (value > most) {
                return false;
            }
            seen |= 1 << "mtp".indexOf(matcher.group(1));
        }
        return seen == 0b111;
    }

    /** Shiro's view of a credential; empty when Shiro cannot read it. */
    static Optional<Hash> parse(String credential) {
        try {
            return Optional.ofNullable(new Shiro2CryptFormat().parse(SHIRO_PREFIX + credential));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
