package io.gatehouse.dist.doctor;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.api.Identity;
import io.gatehouse.api.ProviderException;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.ticket.DeviceTickets;
import io.gatehouse.jetty.ticket.TicketDesk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether there is room for more device tickets, and whose accounts are gone. A file that cannot be read keeps the
 * gateway from starting, which is a finding of the configuration.
 */
public final class DeviceTicketsExamination implements Examination {
    /** From here on somebody should look who has so many. */
    private static final int NEARLY_FULL = DeviceTickets.MOST / 10 * 9;
    /** So many users are asked about: the doctor does not wait for more answers. */
    private static final int MOST_ASKED = 200;

    private final Path file;
    private final DeviceTickets tickets;
    private final Map<String, AccountDirectory> directories;

    /**
     * An examination of {@code file}.
     *
     * @param tickets none yet
     * @param directories say what became of accounts, by the names of their providers
     */
    public DeviceTicketsExamination(Path file, DeviceTickets tickets, Map<String, AccountDirectory> directories) {
        this.file = file;
        this.tickets = tickets;
        this.directories = Map.copyOf(directories);
    }

    @Override
    public String subject() {
        return "device tickets in " + file;
    }

    @Override
    public List<Finding> examine() {
        try {
            if (tickets.restore(TicketDesk.file(file).read()).isPresent()) {
                return List.of();
            }
        } catch (ProviderException _) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        int count = tickets.count();
        if (count >= NEARLY_FULL) {
            findings.add(Finding.warning(
                    "device-tickets.full",
                    "there are " + count + " device tickets (at most " + DeviceTickets.MOST
                            + "); users get no more files then",
                    "revoke those that nobody uses (gatehouse ticket list), or lower lasts or per-user in"
                            + " [portal.device-tickets]"));
        }
        List<String> gone = gone();
        if (!gone.isEmpty()) {
            findings.add(Finding.note(
                    "device-tickets.gone",
                    "accounts with device tickets are gone: " + String.join(", ", gone) + "; their files open nothing",
                    "revoke the files: gatehouse user end NAME"));
        }
        return findings;
    }

    private List<String> gone() {
        Map<AccountScope, Identity> users = new LinkedHashMap<>();
        for (DeviceTicket ticket : tickets.all()) {
            if (users.size() < MOST_ASKED) {
                users.putIfAbsent(AccountScope.atProvider(ticket.user()), ticket.user());
            }
        }
        List<String> gone = new ArrayList<>();
        for (Identity user : users.values()) {
            AccountDirectory directory = directories.get(user.provider());
            if (directory != null && directory.covers(user) && directory.check(user) instanceof AccountStatus.Gone) {
                gone.add(user.displayName());
            }
        }
        return gone;
    }
}
