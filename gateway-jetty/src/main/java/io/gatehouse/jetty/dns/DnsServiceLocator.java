package io.gatehouse.jetty.dns;

import io.gatehouse.api.ServiceLocator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Asks the machine's DNS servers for SRV records. */
public final class DnsServiceLocator implements ServiceLocator {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServiceLocator.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MOST_SERVERS = 32;

    /** RFC 2782: lower priorities are asked first; among equals, heavier ones. */
    private static final Comparator<SRVRecord> BEST_FIRST = Comparator.comparingInt(SRVRecord::getPriority)
            .thenComparing(SRVRecord::getWeight, Comparator.reverseOrder());

    /** The DNS servers of the machine; loaded at the first question, since most gateways ask none. */
    private static final class OfTheMachine {
        private static final Resolver RESOLVER = new ExtendedResolver();
    }

    private final Supplier<Resolver> resolver;

    /** A locator that asks the DNS servers of the machine. */
    public DnsServiceLocator() {
        this.resolver = () -> OfTheMachine.RESOLVER;
    }

    public DnsServiceLocator(Resolver resolver) {
        this.resolver = () -> resolver;
    }

    @Override
    public List<InetSocketAddress> locate(String name) {
        try {
            Lookup lookup = new Lookup(name + ".", Type.SRV);
            Resolver asked = resolver.get();
            asked.setTimeout(TIMEOUT);
            lookup.setResolver(asked);
            lookup.setCache(null); // records change when a controller moves, and we ask seldom
            Record[] records = lookup.run();
            if (records == null) {
                LOG.atDebug()
                        .addKeyValue("name", name)
                        .addKeyValue("cause", lookup.getErrorString())
                        .log("no SRV records");
                return List.of();
            }
            return servers(Arrays.stream(records));
        } catch (TextParseException e) {
            return List.of();
        }
    }

    /** Best first; the target {@code .} says that there is no such service. */
    private static List<InetSocketAddress> servers(Stream<Record> records) {
        return records.filter(SRVRecord.class::isInstance)
                .map(SRVRecord.class::cast)
                .sorted(BEST_FIRST)
                .filter(record -> record.getTarget().labels() > 1 && record.getPort() > 0)
                .limit(MOST_SERVERS)
                .map(record ->
                        InetSocketAddress.createUnresolved(record.getTarget().toString(true), record.getPort()))
                .toList();
    }
}
