package io.gatehouse.provider.ntlm.netlogon;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.provider.ntlm.netlogon.LsaCalls.GroupName;
import io.gatehouse.provider.ntlm.netlogon.rpc.Deadline;
import io.gatehouse.provider.ntlm.netlogon.rpc.MalformedRpcException;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException;
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
 * Finds the names of groups, and remembers them for some minutes. A group of the gateway's own domain is called by its plain name,
 * one of another domain {@code DOMAIN\name}, so that nobody else's "RDP Users" pass for ours. Safe for use by many threads.
 *
 * <p>Where a controller does not tell names, SIDs are all there is: rules that name groups do not match then.
 */
final class GroupNames {
    private static final Logger LOG = LoggerFactory.getLogger(GroupNames.class);
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final int MOST_REMEMBERED = 20_000;
    /** Whose groups are more than this: the rest have their SIDs only. */
    private static final int MOST_LOOKUPS = 1024;

    private final Domain own;
    private final Domains domains;
    private final Cache<Sid, Optional<GroupName>> cache = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .build();
    private final BackOff backOff = new BackOff(System::nanoTime);

    GroupNames(Domain own, Domains domains) {
        this.own = own;
        this.domains = domains;
    }

    /** The names of those {@code sids} that have one; asks {@code controller} for those that are not known yet. */
    Set<String> of(Set<Sid> sids, Controller controller, Deadline deadline) {
        List<Sid> groups =
                sids.stream().filter(Sid::isOfDomain).limit(MOST_LOOKUPS).toList();
        Map<Sid, Optional<GroupName>> known = new HashMap<>(cache.getAllPresent(groups));
        List<Sid> missing =
                groups.stream().filter(sid -> !known.containsKey(sid)).toList();
        if (!missing.isEmpty() && backOff.enter()) {
            lookUp(missing, controller, deadline, known);
        }
        return known.values().stream()
                .flatMap(Optional::stream)
                .map(this::text)
                .collect(Collectors.toUnmodifiableSet());
    }

    private String text(GroupName group) {
        return group.domain().equalsIgnoreCase(own.name())
                ? group.name()
                : domains.canonical(group.domain()) + "\\" + group.name();
    }

    /** Adds what is found to {@code known}, and to what is remembered. */
    private void lookUp(
            List<Sid> missing, Controller controller, Deadline deadline, Map<Sid, Optional<GroupName>> known) {
        long start = System.nanoTime();
        try {
            for (List<Sid> batch : batches(missing)) {
                LsaCalls.Names answer = controller.names(batch, deadline);
                if (!answer.isAnswer()) {
                    fail(start, controller, answer.status().text());
                    return;
                }
                for (int index = 0; index < batch.size(); index++) {
                    known.put(batch.get(index), answer.names().get(index));
                }
            }
            cache.putAll(known);
            backOff.succeeded();
        } catch (RpcException | MalformedRpcException e) {
            fail(start, controller, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            fail(start, controller, e.toString());
            throw e;
        }
    }

    private void fail(long start, Controller controller, String why) {
        if (backOff.failed(System.nanoTime() - start, false, why)) {
            LOG.atWarn()
                    .addKeyValue("controller", controller.host())
                    .addKeyValue("cause", why)
                    .log("domain controller tells no group names: rules see SIDs only");
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
