package io.gatehouse.core.grant;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.AccountNames;
import java.time.Duration;
import java.time.Instant;

/**
 * A user asks for a desktop that no rule gives them.
 *
 * @param id {@link AccessEntry#id}
 * @param asker the user as they signed in, without groups other than those whose members may ask
 * @param desktop its name
 * @param target where it is for them
 * @param reason in their words
 * @param duration for how long
 * @param at when they asked
 */
public record AccessRequest(
        String id, Identity asker, String desktop, Target target, String reason, Duration duration, Instant at)
        implements AccessEntry {
    @Override
    public String account() {
        return AccountNames.key(asker);
    }

    /**
     * What was asked for, granted from {@code since}.
     *
     * @param until when it ends
     * @param once whether it ends with the first session, too
     * @param by who approved it
     */
    public TemporaryGrant granted(Instant since, Instant until, boolean once, String by) {
        return new TemporaryGrant(id, account(), desktop, target, reason, since, until, once, by);
    }
}
