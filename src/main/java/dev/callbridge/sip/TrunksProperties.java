package dev.callbridge.sip;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.SettingException;
import dev.callbridge.dialplan.NumberStyle;
import dev.callbridge.sip.leg.EarlyMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings under `callbridge.trunks`, by trunk name.
@ConfigurationProperties("callbridge")
record TrunksProperties(@DefaultValue Map<String, Settings> trunks) {

    TrunksProperties {
        trunks = Map.copyOf(trunks);
    }

    /// One trunk.
    ///
    /// @param peer `host`, `host:port`, `sip:host;transport=tcp` or `sips:host`
    /// @param outboundProxy where all requests go first, written like the peer; empty: to the peer itself
    /// @param login answers challenges; empty: the trunk knows us by our address
    /// @param accounts several logins; which one calls out is decided by the caller's number
    /// @param register whether the trunk has to be told where we are, and told again and again
    /// @param registerFor how long we ask to be remembered
    /// @param keepalive how often a sign of life is sent, so that routers on the way keep the path open;
    /// zero: none; empty: 25 s by UDP, 100 s by TCP and TLS, and only where we register
    /// @param caFile PEM file with the authorities that the trunk's certificate may come from; empty: as for all
    /// @param callerNumber what telephones see when the caller has no number of its own
    /// @param numbers how called numbers are written
    /// @param identity how it is told who calls
    /// @param sources who may call us through this trunk: addresses, CIDR ranges, host names; empty: the peer
    /// @param codecs what the trunk is offered, in our order of preference
    /// @param maxCalls how many calls it carries at once, both directions together
    /// @param probe how often it is asked whether it lives; `0s`: never
    /// @param earlyMedia when callers hear what it lets be heard before the answer
    /// @param sessionExpires how long a session lives without a refresh; `0s`: for ever, unless the trunk
    /// says otherwise
    /// @param dtmf how it wants to hear of keys
    /// @param symmetricRtp whether its sound is sent to where its sound comes from
    /// @param srtp whether its sound is encrypted, with keys in the descriptions
    record Settings(
            @Nullable String peer,
            @Nullable String outboundProxy,
            @Nullable Login login,
            @DefaultValue List<Login> accounts,
            @DefaultValue("false") boolean register,
            @DefaultValue("10m") Duration registerFor,
            @Nullable Duration keepalive,
            @Nullable Path caFile,
            @Nullable String callerNumber,
            @DefaultValue("e164") NumberStyle numbers,
            @DefaultValue Identity identity,
            @DefaultValue List<String> sources,
            @DefaultValue({"PCMA", "PCMU", "G722"}) List<String> codecs,
            @DefaultValue("30") int maxCalls,
            @DefaultValue("30s") Duration probe,
            @DefaultValue("on-answer") EarlyMedia earlyMedia,
            @DefaultValue("30m") Duration sessionExpires,
            @DefaultValue("rfc4733") Dtmf dtmf,
            @DefaultValue("auto") MediaProfile.SymmetricRtp symmetricRtp,
            @DefaultValue("off") MediaProfile.Srtp srtp) {

        Settings {
            accounts = List.copyOf(accounts);
            sources = List.copyOf(sources);
            codecs = List.copyOf(codecs);
        }
    }

    /// How a trunk is told who calls.
    ///
    /// @param from what stands in From
    /// @param format how the caller's number is written
    /// @param headers where the number stands besides
    /// @param trust whether it withholds numbers when asked to, and is believed when it asserts one itself
    record Identity(
            @DefaultValue("number") CallerId.From from,
            @DefaultValue("e164") NumberStyle format,
            @DefaultValue("pai") Set<CallerId.Header> headers,
            @DefaultValue("false") boolean trust) {

        Identity {
            headers = Set.copyOf(headers);
        }
    }

    /// What answers a trunk's challenges, and who we are there.
    ///
    /// @param address what stands before the @ in our address, where it is not the user
    /// @param number what telephones see, and what rings when the account itself is called
    /// @param realm the only realm that hears about the password; empty: any
    record Login(
            @Nullable String user,
            @Nullable String password,
            @Nullable Path passwordFile,
            @Nullable String realm,
            @Nullable String address,
            @Nullable String number) {

        /// @param setting where it is written
        String secret(String setting) {
            if (password != null) {
                return password;
            }
            if (passwordFile == null) {
                throw new SettingException(setting, "", "set password or password-file");
            }
            try {
                return Files.readString(passwordFile).strip();
            } catch (IOException e) {
                throw new SettingException(setting + "-file", passwordFile, "it must be a file that can be read");
            }
        }

        /// Without the password.
        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }
}
