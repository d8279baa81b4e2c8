"""The desk's notes on each city, in Markdown: what to do with the hours between two meetings."""

from turnstream.demos.travel.timetable import CityName

__all__ = ["GUIDES"]

LISBON = """**Morning.** Take the 28 tram from Martim Moniz before nine, while there is still a seat, and get
off at Graça. The Miradouro da Senhora do Monte has the whole city below it.

**Midday.** Walk down through Alfama. Lunch is grilled sardines in summer and *bacalhau* for the rest of the
year.

**Afternoon.** The National Tile Museum, in a convent beyond Santa Apolónia:

- the panorama of the city *before* the earthquake of 1755, 23 metres long
- a cloister that nobody seems to know about

**Evening.** The ferry from Cais do Sodré to Cacilhas takes ten minutes and has the sunset.

*From the airport: the red line of the metro, 25 minutes.*"""

COPENHAGEN = """**Morning.** Hire a bicycle, like everybody else, and follow the harbour from Nyhavn
over the Inner Harbour Bridge to Christianshavn. The spiral on Vor Frelsers Kirke is climbed *on the outside*.

**Midday.** Smørrebrød: order two, and eat the herring first.

**Afternoon.** Designmuseum Danmark, for a studio that makes chairs:

- a tunnel with more than a hundred of them, from Wegner to now
- a library that is open to anybody

**Evening.** In Nørrebro, Jægersborggade has a bakery, a potter and a wine bar within forty metres.

*From the airport: metro M2, 15 minutes to Kongens Nytorv.*"""

VIENNA = """**Morning.** The Naschmarkt opens at six. Have breakfast there, then look up: Otto Wagner's
two houses on the Linke Wienzeile are the ones with the flowers and the gold.

**Midday.** A coffee house. The waiter brings water with the coffee and never the bill; you have to ask.

**Afternoon.** The furniture museum in the Andreasgasse, once the depot of the court:

- the chairs of emperors, by the hundred, and a travelling throne
- Thonet's bentwood, from the first trial to the No. 14

**Evening.** Standing room at the State Opera is sold on the day, for the price of a sandwich.

*From the airport: the S7, 25 minutes to Wien Mitte.*"""

GUIDES: dict[CityName, str] = {"Lisbon": LISBON, "Copenhagen": COPENHAGEN, "Vienna": VIENNA}
