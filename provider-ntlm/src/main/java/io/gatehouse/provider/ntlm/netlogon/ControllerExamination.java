package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Agrees on a secure channel with each domain controller, which proves the machine account's password. */
final class ControllerExamination implements Examination {
    private static final int MOST_CONTROLLERS = 4;

    private final Supplier<List<String>> hosts;
    private final ChannelOpener opener;
    private final Duration timeout;
    private final MonotonicClock clock;

    ControllerExamination(Supplier<List<String>> hosts, ChannelOpener opener, Duration timeout, MonotonicClock clock) {
        this.hosts = hosts;
        this.opener = opener;
        this.timeout = timeout;
        this.clock = clock;
    }

    @Override
    public String subject() {
        return "domain controllers, as " + opener.account().computer();
    }

    @Override
    public Duration patience() {
        return timeout.multipliedBy(MOST_CONTROLLERS).plusSeconds(5);
    }

    @Override
    public List<Finding> examine() {
        List<String> all = hosts.get().stream().limit(MOST_CONTROLLERS).toList();
        if (all.isEmpty()) {
            return List.of(Finding.fault(
                    "netlogon.no-controller",
                    "no domain controller is known",
                    "name controllers in [[domain]], or let this machine ask the DNS servers of the domain"));
        }
        List<Finding> findings = new ArrayList<>();
        for (String host : all) {
            try {
                opener.open(InetAddress.getByName(host), Deadline.in(timeout, clock));
            } catch (UnknownHostException | RpcException e) {
                findings.add(Finding.warning(
                        "netlogon.unreachable",
                        host + ": " + e.getMessage(),
                        "open TCP ports 135 and 49152-65535 (or netlogon-port) to the controller, or correct"
                                + " controllers of [[domain]]"));
            } catch (ChannelRefusedException e) {
                findings.add(Finding.fault(
                        "netlogon.machine-account",
                        host + ": the machine account is refused: " + e.getMessage(),
                        "set the password of the machine account again, in the directory and in [auth.ntlm.netlogon]"
                                + " (docs/auth-ntlm-netlogon.md)"));
            }
        }
        return findings;
    }
}
