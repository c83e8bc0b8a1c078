package io.gatehouse.api;

import java.util.Optional;

/** What an {@link AccountDirectory} says of an account. */
public sealed interface AccountStatus {
    /**
     * It may be used.
     *
     * @param membership its groups now; empty where the back end does not tell them, so that those of the sign-in stay
     */
    record Active(Optional<Membership> membership) implements AccountStatus {
        /** An account whose groups are not told. */
        public static final Active WITHOUT_GROUPS = new Active(Optional.empty());

        /** An account in these groups. */
        public static Active in(Membership membership) {
            return new Active(Optional.of(membership));
        }
    }

    /**
     * It may not be used any more, because an administrator removed or disabled it, or its time is over. Not for an
     * account that is locked because of wrong passwords, for a while or until an administrator unlocks it: a stranger
     * who guesses would end the work of its owner. Nor for an expired password.
     *
     * @param reason why, for the audit log
     */
    record Gone(String reason) implements AccountStatus {}

    /**
     * The back end cannot be asked now.
     *
     * @param reason why, for the audit log
     */
    record Unavailable(String reason) implements AccountStatus {}
}
