package io.gatehouse.provider.ntlm.netlogon;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.sid.Sid;
import io.gatehouse.provider.ntlm.netlogon.LsaCalls.GroupName;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException.Kind;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the names of groups, and remembers them for some minutes. A group is called as rules call it, by its plain name
 * in the gateway's own domain and {@code DOMAIN\name} in another one, so that nobody else's "RDP Users" pass for ours.
 * Safe for use by many threads.
 *
 * <p>Where controllers refuse to tell names, SIDs are all there is, for everybody and always: rules by name never match
 * there. Where they only fail to answer, nobody is let in whose names are not known: the rule that does not match for
 * want of a name may be the one that restricts.
 */
final class LsaGroupNames {
    private static final Logger LOG = LoggerFactory.getLogger(LsaGroupNames.class);
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    /** For those that have no name, perhaps because another domain does not answer. */
    private static final Duration REMEMBERED_NAMELESS = Duration.ofMinutes(1);

    private static final int MOST_REMEMBERED = 20_000;
    /** Who is in more groups than this is not let in. */
    private static final int MOST_LOOKUPS = 1024;

    private final Domain own;
    private final Domains domains;
    private final Cache<Sid, Optional<GroupName>> cache = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfter(Expiry.<Sid, Optional<GroupName>>creating(
                    (_, name) -> name.isPresent() ? REMEMBERED : REMEMBERED_NAMELESS))
            .build();
    private final MonotonicClock clock;
    private final BackOff backOff;
    private volatile boolean refused;

    /** The names of groups, or the reason why they are not known. */
    sealed interface Result {
        /** These, and no others that can be known. */
        record Known(Set<String> names) implements Result {}

        /** Some names could not be looked up now. */
        record Unavailable(String why) implements Result {}
    }

    LsaGroupNames(Domain own, Domains domains, MonotonicClock clock) {
        this.own = own;
        this.domains = domains;
        this.clock = clock;
        this.backOff = new BackOff(clock::nanos);
    }

    /** The names of those {@code sids} that have one; asks {@code controller} for those that are not known yet. */
    Result of(Set<Sid> sids, Controller controller, Deadline deadline) {
        List<Sid> groups = sids.stream().filter(Sid::isOfDomain).toList();
        if (groups.size() > MOST_LOOKUPS) {
            return new Result.Unavailable("the user is in more than " + MOST_LOOKUPS + " groups");
        }
        Map<Sid, Optional<GroupName>> known = new HashMap<>(cache.getAllPresent(groups));
        List<Sid> missing =
                groups.stream().filter(sid -> !known.containsKey(sid)).toList();
        boolean complete = missing.isEmpty() || (backOff.enter() && lookUp(missing, controller, deadline, known));
        if (!complete && !refused) {
            return new Result.Unavailable(
                    "group names cannot be looked up: " + backOff.problem().orElse("another sign-in is at it"));
        }
        return new Result.Known(known.values().stream()
                .flatMap(Optional::stream)
                .map(this::text)
                .collect(Collectors.toUnmodifiableSet()));
    }

    private String text(GroupName group) {
        boolean isOnlyDomain = domains.all().isEmpty() && Domain.isSameName(group.domain(), own.name());
        return domains.groupName(isOnlyDomain ? Optional.empty() : Optional.of(group.domain()), group.name());
    }

    /** Adds what is found to {@code known}, and to what is remembered; whether that is all. */
    private boolean lookUp(
            List<Sid> missing, Controller controller, Deadline deadline, Map<Sid, Optional<GroupName>> known) {
        long start = clock.nanos();
        try {
            for (List<Sid> batch : batches(missing)) {
                LsaCalls.Names answer = controller.names(batch, deadline);
                if (!answer.isAnswer()) {
                    fail(start, controller, true, answer.status().text());
                    return false;
                }
                for (int index = 0; index < batch.size(); index++) {
                    known.put(batch.get(index), answer.names().get(index));
                }
            }
            cache.putAll(known);
            refused = false;
            backOff.succeeded();
            return true;
        } catch (RpcException e) {
            fail(start, controller, e.kind() == Kind.REFUSED, String.valueOf(e.getMessage()));
            return false;
        } catch (MalformedException e) {
            fail(start, controller, false, e.reason());
            return false;
        } catch (RuntimeException e) {
            fail(start, controller, false, e.toString());
            throw e;
        }
    }

    private void fail(long start, Controller controller, boolean byRefusal, String why) {
        boolean news = backOff.failed(clock.nanos() - start, false, why) || refused != byRefusal;
        refused = byRefusal;
        if (news) {
            LOG.atWarn()
                    .addKeyValue("controller", controller.host())
                    .addKeyValue("cause", why)
                    .log(
                            byRefusal
                                    ? "domain controller refuses to tell group names: rules see SIDs only"
                                    : "domain controller does not tell group names");
        }
    }

    private static List<List<Sid>> batches(List<Sid> sids) {
        List<List<Sid>> batches = new ArrayList<>();
        for (int start = 0; start < sids.size(); start += LsaCalls.MOST_SIDS) {
            batches.add(sids.subList(start, Math.min(sids.size(), start + LsaCalls.MOST_SIDS)));
        }
        return batches;
    }
}
