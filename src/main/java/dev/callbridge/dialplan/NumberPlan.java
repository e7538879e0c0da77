package dev.callbridge.dialplan;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber;
import com.google.i18n.phonenumbers.ShortNumberInfo;
import dev.callbridge.dialplan.Dialled.Presentation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads what people and trunks write as numbers, and knows which trunk carries what and which user rings for what.
public final class NumberPlan {

    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();
    private static final ShortNumberInfo SHORT_NUMBERS = ShortNumberInfo.getInstance();
    private static final Pattern FORMATTING = Pattern.compile("[\\s.()/\\-\\u2010-\\u2015]");
    private static final Pattern DIALLED = Pattern.compile("\\+?[0-9*#]{1,24}");

    private static final Pattern BARE = Pattern.compile("[1-9][0-9]{6,14}");

    /// `*31#`, `#31#`, `*21*` and the like, one or several (ETSI ETS 300 738).
    private static final Pattern SERVICE_CODES = Pattern.compile("^([*#]+[0-9]{1,3}[*#])+");

    private static final int LONGEST_SHORT_NUMBER = 6;
    private static final Pattern SHORT_OR_NAME = Pattern.compile("[0-9]{1," + LONGEST_SHORT_NUMBER + "}|.*[a-zA-Z].*");

    private final String region;
    private final List<Route> routes;
    private final Map<String, MatrixUser> numbers;

    /// @param region ISO 3166 country by which a number without a country code is read, for example `DE`
    /// @param routes in the order in which equal prefixes are tried
    /// @param numbers our own numbers, as written in the configuration, and the user that rings for each
    /// @throws IllegalArgumentException if the region is unknown
    public NumberPlan(String region, List<Route> routes, Map<String, MatrixUser> numbers) {
        if (!knowsRegion(region)) {
            throw new IllegalArgumentException("unknown region " + region);
        }
        this.region = region;
        this.routes = List.copyOf(routes);
        this.numbers = byNumber(numbers);
    }

    /// @param region ISO 3166 country
    public static boolean knowsRegion(String region) {
        return NUMBERS.getSupportedRegions().contains(region);
    }

    /// A number may have lost its plus sign on the way here: Spring drops it from the keys of a map.
    private Map<String, MatrixUser> byNumber(Map<String, MatrixUser> written) {
        Map<String, MatrixUser> byNumber = new HashMap<>(written);
        written.forEach((number, user) -> international(number.startsWith("+") ? number : "+" + number)
                .filter(NumberPlan::isValid)
                .map(PhoneNumber.class::cast)
                .ifPresent(read -> byNumber.put(read.e164(), user)));
        return Map.copyOf(byNumber);
    }

    /// Reads a number as a person or a trunk wrote it.
    ///
    /// @return empty if it is no number that any trunk could carry
    public Optional<Party> read(String text) {
        String dialled = FORMATTING.matcher(text.strip().replace("(0)", "")).replaceAll("");
        if (dialled.startsWith("tel:")) {
            dialled = dialled.substring(4);
        }
        if (!DIALLED.matcher(dialled).matches()) {
            return Optional.empty();
        }
        if (!dialled.startsWith("+")) {
            Optional<Party> local = local(dialled);
            if (local.isPresent()) {
                return local;
            }
        }
        return international(dialled);
    }

    /// Reads what somebody dialled: a number, and before it whether their own is to be seen.
    ///
    /// @return empty if it is no number that any trunk could carry
    public Optional<Dialled> dialled(String text) {
        String typed = text.strip();
        for (Presentation presentation : List.of(Presentation.WITHHELD, Presentation.SHOWN)) {
            String code = presentation.code();
            // Without a number it is a service code of the network's.
            if (typed.startsWith(code) && typed.length() > code.length()) {
                return read(typed.substring(code.length())).map(party -> new Dialled(party, presentation));
            }
        }
        return read(typed).map(party -> new Dialled(party, Presentation.USUAL));
    }

    /// Reads a number as a trunk wrote it: where national numbers begin with a zero, bare digits without one are
    /// international, only their plus sign is missing.
    ///
    /// @return empty if it is no number that any trunk could carry
    public Optional<Party> readFromTrunk(String text) {
        if (BARE.matcher(text).matches() && ownRoute(text).isEmpty()) {
            Optional<Party> withPlus = international("+" + text).filter(NumberPlan::isValid);
            boolean zeroInFront = "0".equals(NUMBERS.getNddPrefixForRegion(region, true));
            if (withPlus.isPresent()
                    && (zeroInFront || read(text).filter(NumberPlan::isValid).isEmpty())) {
                return withPlus;
            }
        }
        return read(text);
    }

    private static boolean isValid(Party party) {
        return party instanceof PhoneNumber number && NUMBERS.isValidNumber(parsed(number));
    }

    /// Bare digits that mean something on one trunk only: an extension with a route of its own, a short number.
    private Optional<Party> local(String digits) {
        Optional<Route> route = ownRoute(digits);
        if (route.isPresent()) {
            return Optional.of(new Extension(route.get().trunk(), digits));
        }
        boolean shortNumber =
                isEmergency(digits) || digits.length() <= LONGEST_SHORT_NUMBER || !digits.matches("[0-9]+");
        return shortNumber ? defaultTrunk().map(trunk -> new Extension(trunk, digits)) : Optional.empty();
    }

    private Optional<Party> international(String dialled) {
        try {
            Phonenumber.PhoneNumber number = NUMBERS.parse(dialled, region);
            return NUMBERS.isPossibleNumber(number)
                    ? Optional.of(new PhoneNumber(NUMBERS.format(number, PhoneNumberFormat.E164)))
                    : Optional.empty();
        } catch (NumberParseException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// Trunks that carry `callee`, best first: the longest prefix, then the order written. Empty if none does.
    public List<String> trunks(Party callee) {
        return switch (callee) {
            case PhoneNumber(var e164) -> {
                int length = longest(e164).map(route -> route.prefix().length()).orElse(-1);
                yield routes.stream()
                        .filter(route -> route.prefix().length() == length && e164.startsWith(route.prefix()))
                        .map(Route::trunk)
                        .distinct()
                        .toList();
            }
            case Extension(var trunk, var _) -> List.of(trunk);
            case Anonymous _, MatrixUser _ -> List.of();
        };
    }

    /// Whether an emergency service answers `callee` and no route was written for just that number.
    public boolean isUnroutedEmergency(Party callee) {
        return switch (callee) {
            case Extension(var _, var user) ->
                meanings(user).anyMatch(this::isEmergency)
                        && routes.stream().noneMatch(route -> route.prefix().equals(user));
            case PhoneNumber number -> {
                Phonenumber.PhoneNumber parsed = parsed(number);
                String home = NUMBERS.getRegionCodeForCountryCode(parsed.getCountryCode());
                yield SHORT_NUMBERS.isEmergencyNumber(NUMBERS.getNationalSignificantNumber(parsed), home);
            }
            case Anonymous _, MatrixUser _ -> false;
        };
    }

    /// The user that rings when `called` is dialled from outside.
    ///
    /// @param called the user part of the request URI, as the trunk wrote it
    public Optional<MatrixUser> ringsFor(String called) {
        return Optional.ofNullable(numbers.get(called))
                .or(() -> readFromTrunk(called)
                        .filter(PhoneNumber.class::isInstance)
                        .map(number -> numbers.get(((PhoneNumber) number).e164())));
    }

    /// What a call to `number` costs, roughly.
    public NumberClass classOf(PhoneNumber number) {
        Phonenumber.PhoneNumber parsed = parsed(number);
        return switch (parsed.getCountryCode()) {
            case 870, 881, 882, 883 -> NumberClass.SATELLITE;
            case 979 -> NumberClass.PREMIUM;
            default ->
                switch (NUMBERS.getNumberType(parsed)) {
                    case PREMIUM_RATE -> NumberClass.PREMIUM;
                    // Personal numbers are a classic of revenue-share fraud.
                    case SHARED_COST, PERSONAL_NUMBER, PAGER -> NumberClass.SPECIAL_RATE;
                    case UNKNOWN -> NumberClass.UNKNOWN;
                    case FIXED_LINE, MOBILE, FIXED_LINE_OR_MOBILE, TOLL_FREE, VOIP, UAN, VOICEMAIL ->
                        NumberClass.ORDINARY;
                };
        };
    }

    /// What a call to `extension` costs. Without a route of its own it is a short number or a name; digits
    /// that could be more than that, or a service code, may cost anything.
    public NumberClass classOf(Extension extension) {
        String user = extension.user();
        boolean routed = ownRoute(user)
                .filter(route -> route.trunk().equals(extension.trunk()))
                .isPresent();
        if (!routed && !SHORT_OR_NAME.matcher(user).matches()) {
            return NumberClass.UNKNOWN;
        }
        return meanings(user)
                .map(this::classOfDigits)
                .filter(each -> each != NumberClass.ORDINARY)
                .findFirst()
                .orElse(NumberClass.ORDINARY);
    }

    /// What the far end may take `user` for: as it is, behind service codes, and behind the prefix of its
    /// route, which can be an outside line.
    private Stream<String> meanings(String user) {
        return Stream.of(
                        user,
                        longest(user)
                                .map(route -> user.substring(route.prefix().length()))
                                .orElse(""))
                .flatMap(digits -> Stream.of(
                        digits, SERVICE_CODES.matcher(digits).replaceFirst("").replace("#", "")))
                .filter(digits -> !digits.isEmpty())
                .distinct();
    }

    private NumberClass classOfDigits(String digits) {
        if (digits.length() > LONGEST_SHORT_NUMBER) {
            return international(digits)
                    .filter(NumberPlan::isValid)
                    .map(number -> classOf((PhoneNumber) number))
                    .orElse(NumberClass.ORDINARY);
        }
        var number = new Phonenumber.PhoneNumber()
                .setCountryCode(NUMBERS.getCountryCodeForRegion(region))
                .setRawInput(digits);
        return digits.matches("[0-9]+") && costsMore(number.setNationalNumber(Long.parseLong(digits)))
                ? NumberClass.PREMIUM
                : NumberClass.ORDINARY;
    }

    private boolean costsMore(Phonenumber.PhoneNumber number) {
        return switch (SHORT_NUMBERS.getExpectedCostForRegion(number, region)) {
            case PREMIUM_RATE -> true;
            case TOLL_FREE, STANDARD_RATE -> false;
            case UNKNOWN_COST -> SHORT_NUMBERS.isValidShortNumberForRegion(number, region);
        };
    }

    /// As a trunk wants it.
    public String written(PhoneNumber number, NumberStyle style) {
        return switch (style) {
            case E164 -> number.e164();
            case DIGITS -> number.digits();
            case INTERNATIONAL_00 -> "00" + number.digits();
            case NATIONAL -> national(number);
        };
    }

    private String national(PhoneNumber number) {
        Phonenumber.PhoneNumber parsed = parsed(number);
        return parsed.getCountryCode() == NUMBERS.getCountryCodeForRegion(region)
                ? NUMBERS.format(parsed, PhoneNumberFormat.NATIONAL).replaceAll("[^0-9]", "")
                : fromHere(parsed, number.digits());
    }

    /// As one dials it abroad from our region, `0114930901820`; with 00 where the way out is not the same for
    /// everybody.
    private String fromHere(Phonenumber.PhoneNumber number, String digits) {
        String dialled = NUMBERS.formatOutOfCountryCallingNumber(number, region).replaceAll("[^+0-9]", "");
        return dialled.endsWith(digits) && !dialled.startsWith("+") && !dialled.equals(digits)
                ? dialled
                : "00" + digits;
    }

    /// As people write it: `+49 30 901820`, or the user part of an extension.
    public static String display(Party party) {
        return switch (party) {
            case PhoneNumber number -> NUMBERS.format(parsed(number), PhoneNumberFormat.INTERNATIONAL);
            case Extension(var _, var user) -> user;
            case Anonymous _ -> "Anonymous caller";
            case MatrixUser(var id) -> id;
        };
    }

    private static Phonenumber.PhoneNumber parsed(PhoneNumber number) {
        try {
            return NUMBERS.parse(number.e164(), null);
        } catch (NumberParseException _) {
            // E.164 by form, but of no country that is known: +999...
            return new Phonenumber.PhoneNumber().setRawInput(number.e164());
        }
    }

    /// Also with the country code in front, which some networks take.
    private boolean isEmergency(String dialled) {
        String digits = dialled.replaceFirst("^(\\+|00)" + NUMBERS.getCountryCodeForRegion(region), "");
        return SHORT_NUMBERS.isEmergencyNumber(digits, region) || digits.equals("112");
    }

    /// The route of digits that are no number in international form.
    private Optional<Route> ownRoute(String digits) {
        return longest(digits).filter(route -> !route.prefix().startsWith("+"));
    }

    private Optional<Route> longest(String number) {
        return routes.stream()
                .filter(route -> number.startsWith(route.prefix()))
                .max(Comparator.comparingInt(route -> route.prefix().length()));
    }

    private Optional<String> defaultTrunk() {
        return routes.stream()
                .min(Comparator.comparingInt(route -> route.prefix().length()))
                .map(Route::trunk);
    }
}
