# SPDX-License-Identifier: Apache-2.0
"""Units and their exact ratios to the SI, each with where it is defined.

One text for all of them: a table of objects would cost several times the heap.
A line is `|names|=dimension|ratio|offset`, where ratio is `a` or `a/b`, and
    value in the SI unit = (value + offset) * ratio

[SI]  BIPM, The International System of Units, 9th edition (2019)
[811] NIST Special Publication 811 (2008), Appendix B and its footnotes
[44]  NIST Handbook 44, Appendix C: the customary measures of the United States
[59]  International yard and pound agreement (1959): yd = 0.9144 m, lb = 0.45359237 kg
[85]  United Kingdom, Weights and Measures Act 1985, Schedule 1: gallon = 4.54609 L
"""

UNITS = (
    # Length, in metres
    "\n|m|metre|meter|metres|meters|=length|1|"  # [SI] table 2
    "\n|km|kilometre|kilometer|kilometres|kilometers|=length|1000|"  # [SI] prefix
    "\n|dm|decimetre|decimeter|=length|0.1|"  # [SI] prefix
    "\n|cm|centimetre|centimeter|centimetres|centimeters|=length|0.01|"  # [SI] prefix
    "\n|mm|millimetre|millimeter|millimetres|millimeters|=length|0.001|"  # [SI] prefix
    "\n|um|µm|micrometre|micrometer|=length|0.000001|"  # [SI] prefix
    "\n|nm|nanometre|nanometer|=length|0.000000001|"  # [SI] prefix
    "\n|in|inch|inches|=length|0.0254|"  # [59] yd / 36
    "\n|ft|foot|feet|=length|0.3048|"  # [59] yd / 3
    "\n|yd|yard|yards|=length|0.9144|"  # [59]
    "\n|mi|mile|miles|=length|1609.344|"  # [59] 1760 yd
    "\n|nmi|nautical mile|nautical miles|=length|1852|"  # [811], Monaco 1929
    # Mass, in kilograms
    "\n|kg|kilogram|kilograms|kilo|kilos|=mass|1|"  # [SI] table 2
    "\n|g|gram|grams|=mass|0.001|"  # [SI] prefix
    "\n|mg|milligram|milligrams|=mass|0.000001|"  # [SI] prefix
    "\n|ug|µg|microgram|micrograms|=mass|0.000000001|"  # [SI] prefix
    "\n|t|tonne|tonnes|=mass|1000|"  # [SI] table 8
    "\n|lb|pound|pounds|=mass|0.45359237|"  # [59]
    "\n|oz|ounce|ounces|=mass|0.028349523125|"  # [59] lb / 16
    "\n|st|stone|=mass|6.35029318|"  # [85] 14 lb
    "\n|gr|grain|grains|=mass|0.00006479891|"  # [59] lb / 7000
    "\n|ct|carat|carats|=mass|0.0002|"  # [811] metric carat
    "\n|ozt|troy ounce|troy ounces|=mass|0.0311034768|"  # [811] 480 grains
    "\n|short ton|short tons|=mass|907.18474|"  # [44] 2000 lb
    "\n|long ton|long tons|=mass|1016.0469088|"  # [44] 2240 lb
    # Volume, in cubic metres
    "\n|m3|m³|cubic metre|cubic meter|cubic metres|cubic meters|=volume|1|"  # [SI] table 5
    "\n|L|l|litre|liter|litres|liters|=volume|0.001|"  # [SI] table 8
    "\n|hL|hl|=volume|0.1|"  # [SI] prefix
    "\n|dL|dl|=volume|0.0001|"  # [SI] prefix
    "\n|cL|cl|=volume|0.00001|"  # [SI] prefix
    "\n|mL|ml|millilitre|milliliter|millilitres|milliliters|=volume|0.000001|"  # [SI] prefix
    "\n|cm3|cm³|=volume|0.000001|"  # [SI] prefix
    "\n|in3|in³|cubic inch|cubic inches|=volume|0.000016387064|"  # [59] inch cubed
    "\n|ft3|ft³|cubic foot|cubic feet|=volume|0.028316846592|"  # [59] foot cubed
    "\n|gal|gallon|gallons|us gallon|=volume|0.003785411784|"  # [44] 231 cubic inches
    "\n|qt|quart|quarts|=volume|0.000946352946|"  # [44] gallon / 4
    "\n|pt|pint|pints|us pint|=volume|0.000473176473|"  # [44] gallon / 8
    "\n|cup|cups|us cup|=volume|0.0002365882365|"  # [44] gallon / 16
    "\n|fl oz|floz|fluid ounce|fluid ounces|us fl oz|=volume|0.0000295735295625|"  # [44] gallon / 128
    "\n|tbsp|tablespoon|tablespoons|us tbsp|=volume|0.00001478676478125|"  # [44] fl oz / 2
    "\n|tsp|teaspoon|teaspoons|us tsp|=volume|0.00000492892159375|"  # [44] fl oz / 6
    "\n|metric cup|=volume|0.00025|"  # 250 mL, of the Standards Association of Australia
    "\n|metric tbsp|=volume|0.000015|"  # 15 mL: 21 CFR 101.9(b)(5)(viii); Australia's has 20
    "\n|metric tsp|=volume|0.000005|"  # 5 mL: 21 CFR 101.9(b)(5)(viii)
    "\n|imp gal|imperial gallon|imperial gallons|=volume|0.00454609|"  # [85]
    "\n|imp pt|imperial pint|imperial pints|=volume|0.00056826125|"  # [85] gallon / 8
    "\n|imp fl oz|imperial fluid ounce|=volume|0.0000284130625|"  # [85] gallon / 160
    # Time, in seconds
    "\n|s|sec|second|seconds|=time|1|"  # [SI] table 2
    "\n|ms|millisecond|milliseconds|=time|0.001|"  # [SI] prefix
    "\n|us|µs|microsecond|microseconds|=time|0.000001|"  # [SI] prefix
    "\n|ns|nanosecond|nanoseconds|=time|0.000000001|"  # [SI] prefix
    "\n|min|minute|minutes|=time|60|"  # [SI] table 8
    "\n|h|hour|hours|=time|3600|"  # [SI] table 8
    "\n|d|day|days|=time|86400|"  # [SI] table 8
    "\n|week|weeks|=time|604800|"  # seven days, ISO 8601
    # Speed, in metres per second
    "\n|m/s|metres per second|meters per second|=speed|1|"  # [SI] table 5
    "\n|km/h|kmh|kilometres per hour|kilometers per hour|=speed|1000/3600|"  # [SI]
    "\n|mph|mi/h|miles per hour|=speed|0.44704|"  # [59] 1609.344 m / 3600 s
    "\n|kn|kt|knot|knots|=speed|1852/3600|"  # [811] nautical mile per hour
    "\n|ft/s|feet per second|=speed|0.3048|"  # [59]
    # Area, in square metres
    "\n|m2|m²|square metre|square meter|square metres|square meters|=area|1|"  # [SI] table 5
    "\n|km2|km²|square kilometre|square kilometer|=area|1000000|"  # [SI] prefix
    "\n|cm2|cm²|=area|0.0001|"  # [SI] prefix
    "\n|mm2|mm²|=area|0.000001|"  # [SI] prefix
    "\n|a|are|ares|=area|100|"  # [811]
    "\n|ha|hectare|hectares|=area|10000|"  # [SI] table 8
    "\n|in2|in²|square inch|square inches|=area|0.00064516|"  # [59] inch squared
    "\n|ft2|ft²|square foot|square feet|=area|0.09290304|"  # [59] foot squared
    "\n|yd2|yd²|square yard|square yards|=area|0.83612736|"  # [59] yard squared
    "\n|mi2|mi²|square mile|square miles|=area|2589988.110336|"  # [59] mile squared
    "\n|acre|acres|=area|4046.8564224|"  # [59] 4840 square yards
    # Energy, in joules
    "\n|J|joule|joules|=energy|1|"  # [SI] table 4
    "\n|kJ|kilojoule|kilojoules|=energy|1000|"  # [SI] prefix
    "\n|MJ|megajoule|megajoules|=energy|1000000|"  # [SI] prefix
    "\n|Wh|watt hour|watt hours|=energy|3600|"  # [811]
    "\n|kWh|kilowatt hour|kilowatt hours|=energy|3600000|"  # [811]
    "\n|cal|calorie|calories|=energy|4.184|"  # [811] thermochemical
    "\n|kcal|kilocalorie|kilocalories|=energy|4184|"  # [811] thermochemical
    "\n|BTU|Btu|=energy|1055.05585262|"  # [811] International Table
    "\n|ft lbf|foot-pound|foot-pounds|=energy|1.3558179483314004|"  # [59] ft lb times 9.80665 m/s²
    "\n|eV|electronvolt|electronvolts|=energy|1.602176634/10000000000000000000|"  # [SI] table 8
    # Pressure, in pascals
    "\n|Pa|pascal|pascals|=pressure|1|"  # [SI] table 4
    "\n|hPa|hectopascal|hectopascals|=pressure|100|"  # [SI] prefix
    "\n|kPa|kilopascal|kilopascals|=pressure|1000|"  # [SI] prefix
    "\n|MPa|megapascal|megapascals|=pressure|1000000|"  # [SI] prefix
    "\n|bar|bars|=pressure|100000|"  # [811]
    "\n|mbar|millibar|millibars|=pressure|100|"  # [811]
    "\n|atm|atmosphere|atmospheres|=pressure|101325|"  # [811]
    "\n|Torr|torr|=pressure|101325/760|"  # [811] atm / 760
    "\n|mmHg|=pressure|133.322387415|"  # [811] 13595.1 kg/m³ times 9.80665 m/s² times 1 mm
    "\n|inHg|=pressure|3386.388640341|"  # [811] 25.4 mmHg
    "\n|psi|=pressure|4.4482216152605/0.00064516|"  # [59] lb times 9.80665 m/s² per square inch
    # Temperature, in kelvins
    "\n|K|kelvin|kelvins|=temperature|1|"  # [SI] table 2
    "\n|°C|degC|C|celsius|degrees celsius|=temperature|1|273.15"  # [SI] section 2.3.1
    "\n|°F|degF|F|fahrenheit|degrees fahrenheit|=temperature|5/9|459.67"  # [811]
    "\n"
)


def found(name):
    """(dimension, ratio, offset) as texts, or None."""
    if not name or "|" in name or "=" in name or "\n" in name:
        return None
    at = UNITS.find("|%s|" % name)
    if at < 0 or UNITS.rfind("=", UNITS.rfind("\n", 0, at), at) >= 0:
        return None  # not there, or among the columns behind the names
    start = UNITS.find("=", at) + 1
    return UNITS[start : UNITS.find("\n", start)].split("|")


def names(dimension):
    """The first name of each unit of a dimension, with commas between."""
    there = []
    end = -1
    while True:
        at = UNITS.find("|=%s|" % dimension, end + 1)
        if at < 0:
            return ", ".join(there)
        start = UNITS.rfind("\n|", 0, at) + 2
        there.append(UNITS[start : UNITS.find("|", start)])
        end = at
