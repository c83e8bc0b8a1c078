package io.gatehouse.core.totp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The one-time codes of one account.
 *
 * @param account {@link io.gatehouse.core.text.AccountNames#key}
 * @param key what its app has, too
 * @param since when it was set up
 * @param lastStep the newest step whose code was used: it and those before are good no more
 * @param failures wrong codes since the last right one
 * @param recovery hashes of the recovery codes that are left
 */
public record TotpEnrolment(
        String account, TotpKey key, Instant since, long lastStep, int failures, List<String> recovery) {
    /** How many steps the clock of an app may be behind or ahead. */
    private static final int DRIFT = 1;

    /**
     * After so many wrong codes in a row an administrator must look at the account (NIST SP 800-63B section 5.2.2): the
     * rate limit alone would let somebody who knows the password try for months.
     */
    public static final int MOST_FAILURES = 100;

    public TotpEnrolment {
        recovery = List.copyOf(recovery);
    }

    /** Whether no code is good any more until an administrator resets it. */
    public boolean isLocked() {
        return failures >= MOST_FAILURES;
    }

    /** The step that {@code typed} is the code of, among those that are near enough to {@code now}. */
    private OptionalLong step(String typed, Instant now) {
        OptionalLong found = OptionalLong.empty();
        for (long step = TotpKey.step(now) - DRIFT; step <= TotpKey.step(now) + DRIFT; step++) {
            if (key.isCode(typed, step) && (found.isEmpty() || step > lastStep)) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /** What {@code typed} is, and what the account is after it. */
    Attempt attempt(String typed, Instant now) {
        if (isLocked()) {
            return new Attempt(this, new CodeVerdict.Locked());
        }
        String plain = RecoveryCodes.plain(typed);
        OptionalLong step = step(plain, now);
        Optional<TotpEnrolment> without = withoutRecovery(RecoveryCodes.hash(account, plain));
        if (step.isPresent()) {
            return step.getAsLong() > lastStep
                    ? new Attempt(
                            new TotpEnrolment(account, key, since, step.getAsLong(), 0, recovery),
                            new CodeVerdict.Accepted(false, recovery.size()))
                    : new Attempt(failed(), new CodeVerdict.Used());
        }
        return without.map(left -> new Attempt(
                        left, new CodeVerdict.Accepted(true, left.recovery().size())))
                .orElseGet(() -> new Attempt(failed(), new CodeVerdict.Wrong()));
    }

    /**
     * An answer to a code.
     *
     * @param after the account from now on
     */
    record Attempt(TotpEnrolment after, CodeVerdict verdict) {}

    private TotpEnrolment failed() {
        return new TotpEnrolment(account, key, since, lastStep, failures + 1, recovery);
    }

    private Optional<TotpEnrolment> withoutRecovery(String hash) {
        List<String> left = new ArrayList<>();
        for (String one : recovery) {
            if (!MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8))) {
                left.add(one);
            }
        }
        return left.size() == recovery.size()
                ? Optional.empty()
                : Optional.of(new TotpEnrolment(account, key, since, lastStep, 0, left));
    }

    /** The same with other recovery codes. */
    TotpEnrolment withRecovery(List<String> codes) {
        return new TotpEnrolment(
                account,
                key,
                since,
                lastStep,
                failures,
                codes.stream().map(code -> RecoveryCodes.hash(account, code)).toList());
    }
}
