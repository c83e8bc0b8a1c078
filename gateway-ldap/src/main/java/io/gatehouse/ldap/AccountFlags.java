package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.util.StaticUtils;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/**
 * Reads in an entry whether its account is disabled or has expired. What wrong passwords do to an account, a lock for a
 * while, is not looked at: a stranger who guesses must not end the work of the account's owner.
 */
final class AccountFlags {
    /**
     * Those of Active Directory, 389 Directory Server and FreeIPA, OpenLDAP's password policy, RFC 2307 and eDirectory.
     */
    static final String[] ATTRIBUTES = {
        "userAccountControl",
        "accountExpires",
        "nsAccountLock",
        "pwdAccountLockedTime",
        "shadowExpire",
        "krbPrincipalExpiration",
        "loginDisabled"
    };

    /** MS-ADTS 2.2.16: ADS_UF_ACCOUNTDISABLE. */
    private static final long DISABLED = 0x2;
    /** draft-behera-ldap-password-policy 5.3.3: locked by an administrator, for ever. */
    private static final String LOCKED_FOR_EVER = "000001010000Z";
    /** MS-ADTS 2.2.1 accountExpires: both mean never. */
    private static final long NEVER = 0x7FFF_FFFF_FFFF_FFFFL;

    private static final Instant FILE_TIME_BEGINS = Instant.parse("1601-01-01T00:00:00Z");
    private static final long FILE_TIMES_A_SECOND = 10_000_000;

    private AccountFlags() {}

    /** Why the account of {@code entry} may not be used at {@code now}; empty when nothing in the entry forbids it. */
    static Optional<String> problem(SearchResultEntry entry, Instant now) {
        Long control = entry.getAttributeValueAsLong("userAccountControl");
        if ((control != null && (control & DISABLED) != 0)
                || isTrue(entry, "nsAccountLock")
                || isTrue(entry, "loginDisabled")
                || LOCKED_FOR_EVER.equals(entry.getAttributeValue("pwdAccountLockedTime"))) {
            return Optional.of("the account is disabled in the directory");
        }
        return expiry(entry)
                .filter(end -> !now.isBefore(end))
                .map(end -> "the account expired in the directory at " + end);
    }

    private static boolean isTrue(SearchResultEntry entry, String attribute) {
        return Boolean.TRUE.equals(entry.getAttributeValueAsBoolean(attribute));
    }

    private static Optional<Instant> expiry(SearchResultEntry entry) {
        Long fileTime = entry.getAttributeValueAsLong("accountExpires");
        if (fileTime != null && fileTime > 0 && fileTime < NEVER) {
            return Optional.of(FILE_TIME_BEGINS.plusSeconds(fileTime / FILE_TIMES_A_SECOND));
        }
        Long day = entry.getAttributeValueAsLong("shadowExpire");
        if (day != null && day >= 0 && day <= Integer.MAX_VALUE) {
            return Optional.of(Instant.EPOCH.plus(Duration.ofDays(day)));
        }
        return Optional.ofNullable(entry.getAttributeValue("krbPrincipalExpiration"))
                .flatMap(AccountFlags::time);
    }

    private static Optional<Instant> time(String generalizedTime) {
        try {
            return Optional.of(StaticUtils.decodeGeneralizedTime(generalizedTime))
                    .map(Date::toInstant);
        } catch (ParseException unreadable) {
            return Optional.empty();
        }
    }
}
